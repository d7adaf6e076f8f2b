// What scans changed, the latest first.
import { useAnswer, usePage } from '../context.mjs';
import { Filters } from '../filters.mjs';
import { counted, describeCounts, minute } from '../format.mjs';
import { html } from '../html.mjs';
import { Failure, Footer, ImageLink, Link, Loading, Pager, Table, Title } from '../parts.mjs';
import { askedOf } from '../state.mjs';

const COLUMNS = [{ label: 'Image' }, { label: 'When' }, { label: 'New' }, { label: 'Worse' }, { label: 'Resolved' }, { label: 'Most severe' }, { label: 'Owner', className: 'wide' }];

export function Changes() {
  const { place } = usePage();
  const { answer, error, isLoading } = useAnswer(askedOf(place));
  return html`<${Title}>Changes<//>
    <${Filters} />
    ${error && html`<${Failure} error=${error} />`}
    ${!answer && isLoading && html`<${Loading} />`}
    ${answer && html`
      <${Pager} answer=${answer} what="scan" />
      <${Table} caption=${`${counted(answer.total, 'scan')} with changes, the latest first`} columns=${COLUMNS} rows=${answer.items} row=${Row} isBusy=${isLoading} />
      <${Footer} snapshot=${answer.snapshot} />`}`;
}

function Row(each) {
  return html`<tr key=${each.imageDigest + each.repository + each.region + each.at}>
    <th scope="row"><${ImageLink} image=${each} /></th>
    <td>${minute(each.at)}</td>
    <td>${describeCounts(each.new) || '–'}${each.isFirst && html`<span class="detail">its first scan</span>`}</td>
    <td>${describeCounts(each.raised) || '–'}</td>
    <td>${describeCounts(each.fixed) || '–'}</td>
    <td>${each.news.map((name, index) => html`${index > 0 && ', '}<${Link} view="vulnerability" id=${name}>${name}<//>`)}</td>
    <td class="wide">${each.owner || '–'}</td>
  </tr>`;
}
