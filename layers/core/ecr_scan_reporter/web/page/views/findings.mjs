// Where a vulnerability or a package is: findings, each in its image.
import { useAnswer, usePage } from '../context.mjs';
import { Filters } from '../filters.mjs';
import { counted, day, deadline, number } from '../format.mjs';
import { html } from '../html.mjs';
import { Failure, Footer, ImageLink, Link, Loading, Marks, Pager, Severity, Table, Title, WebLink } from '../parts.mjs';
import { askedOf } from '../state.mjs';
import { SuppressButton } from '../suppress.mjs';

export function Findings() {
  const { place } = usePage();
  const found = useAnswer(askedOf(place));
  return html`<${Title}>${place.query.package ? `Where is ${place.query.package}?` : 'Findings'}<//>
    <${Filters} />
    <${List} found=${found} isOfOne=${false} />`;
}

export function Vulnerability() {
  const { place } = usePage();
  const found = useAnswer(askedOf(place));
  const { answer, of } = found;
  const one = answer?.vulnerability;
  return html`<${Title}>${place.id}<//>
    ${one && of.includes(encodeURIComponent(place.id)) && html`<${Head} of=${one} />`}
    <h2>Where it is</h2>
    <${Filters} />
    <${List} found=${found} isOfOne=${true} />`;
}

function Head({ of: one }) {
  const facts = [
    ['Images', html`${number(one.images)}${one.inUse != null && `, ${number(one.inUse)} of them in use`}${one.suppressedImages > 0 && html`; suppressed in <${Link} view="vulnerability" id=${one.vulnerability} query=${{ suppressed: 'only' }}>${number(one.suppressedImages)}<//>`}`],
    ['Packages', one.packages.join(', ') || '–'],
    ['Fixed in', one.fixedIn.join(', ') || (one.isFixable ? 'a version that ECR does not name' : 'no version that is known')],
    ['CVSS', one.score ?? 'not known'],
    ['KEV', one.knownExploited ? `since ${one.knownExploited.added}${one.knownExploited.due ? `; US agencies must act until ${one.knownExploited.due}` : ''}` : one.isExploited == null ? 'not known' : 'not in it'],
    ['More', one.uri ? html`<${WebLink} address=${one.uri}>${one.uri}<//>` : '–'],
  ];
  return html`<section class="card">
    <p class="marks"><${Severity} value=${one.severity} /> <${Marks} of=${one} /> <${SuppressButton} finding=${{ vulnerability: one.vulnerability }} /></p>
    <p>${one.description || 'It has no description.'}</p>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}

function List({ found: { answer, error, isLoading }, isOfOne }) {
  const { now, canEdit } = usePage();
  if (error) return html`<${Failure} error=${error} />`;
  if (!answer) return html`<${Loading} />`;
  const columns = [
    { label: 'Image' },
    ...(isOfOne ? [] : [{ label: 'Vulnerability' }]),
    { label: 'Severity' },
    { label: 'Why' },
    { label: 'Package' },
    { label: 'Fixed in' },
    { label: 'Due' },
    { label: 'Owner', className: 'wide' },
    { label: 'In use', className: 'wide' },
    { label: 'First seen', className: 'wide' },
    ...(canEdit ? [{ label: 'Action' }] : []),
  ];
  const row = (each) => html`<tr class=${each.suppressedBy ? 'faded' : undefined} key=${[each.region, each.registryId, each.repository, each.imageDigest, each.vulnerability, each.package, each.version].join(' ')}>
    <th scope="row"><${ImageLink} image=${each} /></th>
    ${!isOfOne && html`<td><${Link} view="vulnerability" id=${each.vulnerability}>${each.vulnerability}<//></td>`}
    <td><${Severity} value=${each.severity} /></td>
    <td><${Marks} of=${each} /></td>
    <td>${each.package} <span class="detail">${each.version}</span></td>
    <td>${each.fixedIn || (each.fixAvailable === 'NO' ? 'no fix' : '–')}</td>
    <td class=${each.overdueDays ? 'late' : undefined}>${deadline(each.dueOn, now) || '–'}</td>
    <td class="wide">${each.owner || '–'}</td>
    <td class="wide">${each.isInUse == null ? '–' : each.isInUse ? 'yes' : 'no'}</td>
    <td class="wide day">${day(each.firstSeenAt)}</td>
    ${canEdit && html`<td>${!each.suppressedBy && html`<${SuppressButton} finding=${each} repository=${each.repository} tags=${each.imageTags} />`}</td>`}
  </tr>`;
  return html`
    <${Pager} answer=${answer} what="finding" />
    <${Table} caption=${`${counted(answer.total, 'finding')} of this filter, each in its image`} columns=${columns} rows=${answer.items} row=${row} isBusy=${isLoading} />
    ${answer.items.length > 10 && html`<${Pager} isQuiet=${true} answer=${answer} what="finding" />`}
    <${Footer} snapshot=${answer.snapshot} />`;
}
