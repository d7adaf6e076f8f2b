// The images of a filter.
import { useAnswer, usePage } from '../context.mjs';
import { Filters } from '../filters.mjs';
import { STATUS_NAMES, counted, day, hasCounts, imageName, probability, size } from '../format.mjs';
import { html } from '../html.mjs';
import { Count, Failure, Footer, ImageLink, Loading, MAIN, Pager, SeverityCells, Table, Title } from '../parts.mjs';
import { askedOf, changed } from '../state.mjs';

const DEFAULT = 'worst';
const COLUMNS = [
  { label: 'Image', sort: 'repository', direction: 'ascending' },
  { label: 'Owner', className: 'wide' },
  { label: 'Urgency', sort: 'worst', direction: 'descending' },
  ...MAIN.map((each) => ({ label: each.charAt(0) + each.slice(1).toLowerCase(), isNumber: true })),
  { label: 'Fixable', isNumber: true, className: 'wide' },
  { label: 'Overdue', sort: 'overdue', direction: 'descending', isNumber: true },
  { label: 'In use', className: 'wide' },
  { label: 'Scanned', sort: 'scanned', direction: 'descending', className: 'wide' },
  { label: 'Pushed', sort: 'pushed', direction: 'descending', className: 'wide' },
  { label: 'Size', sort: 'size', direction: 'descending', isNumber: true, className: 'wide' },
];

export function Images() {
  const { place, go } = usePage();
  const { answer, error, isLoading } = useAnswer(askedOf(place));
  const order = place.query.sort ?? DEFAULT;
  return html`<${Title}>Images<//>
    <${Filters} />
    ${error && html`<${Failure} error=${error} />`}
    ${!answer && isLoading && html`<${Loading} />`}
    ${answer && html`
      <${Pager} answer=${answer} what="image" />
      <${Table} caption=${`${counted(answer.total, 'image')} of this filter`} columns=${COLUMNS} order=${order} rows=${answer.items} row=${Row} isBusy=${isLoading}
        onOrder=${(sort) => go({ ...place, query: changed(place.query, { sort: sort === DEFAULT ? '' : sort }) })} />
      ${answer.items.length > 10 && html`<${Pager} isQuiet=${true} answer=${answer} what="image" />`}
      <${Footer} snapshot=${answer.snapshot} />`}`;
}

function Row(image) {
  const here = { view: 'image', id: image.imageDigest };
  const count = (value, label, query) => html`<${Count} ...${here} value=${hasCounts(image) ? value : null} label=${`${label} of ${imageName(image)}`} query=${{ repository: image.repository, ...query }} />`;
  return html`<tr key=${`${image.registryId}${image.region}${image.repository}${image.imageDigest}`}>
    <th scope="row"><${ImageLink} image=${image} /></th>
    <td class="wide">${image.owner || '–'}</td>
    <td><${Urgency} image=${image} /></td>
    <${SeverityCells} image=${image} />
    <td class="number wide">${count(image.fixable, 'fixable findings', { fixable: 'true' })}</td>
    <td class="number">${count(image.overdue, 'overdue findings', { order: 'due' })}</td>
    <td class="wide">${image.isInUse == null ? '–' : image.isInUse ? 'yes' : 'no'}</td>
    <td class="wide day">${day(image.scannedAt)}</td>
    <td class="wide day">${day(image.pushedAt)}</td>
    <td class="number wide">${size(image.sizeBytes)}</td>
  </tr>`;
}

export function Urgency({ image }) {
  return html`<span class="marks">
    ${image.ransomware > 0 && html`<span class="mark alarm">ransomware</span>`}
    ${image.exploited > 0 && html`<span class="mark alarm">exploited</span>`}
    ${image.withExploit > 0 && html`<span class="mark warn">exploit available</span>`}
    ${image.epss != null && html`<span class=${image.likely ? 'mark warn' : 'mark'}>EPSS ${probability(image.epss)}</span>`}
    ${image.status !== 'current' && html`<span class="mark warn">${STATUS_NAMES[image.status] ?? image.status}</span>`}
    ${image.isPending && html`<span class="mark">not read yet</span>`}
  </span>`;
}
