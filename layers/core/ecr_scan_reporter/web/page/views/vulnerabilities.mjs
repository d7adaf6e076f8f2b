// Each vulnerability once.
import { useAnswer, usePage } from '../context.mjs';
import { Filters } from '../filters.mjs';
import { counted, number } from '../format.mjs';
import { html } from '../html.mjs';
import { Count, Failure, Footer, Link, Loading, Marks, Pager, Severity, Table, Title } from '../parts.mjs';
import { askedOf } from '../state.mjs';

const COLUMNS = [
  { label: 'Vulnerability' },
  { label: 'Severity' },
  { label: 'Why' },
  { label: 'Images', isNumber: true },
  { label: 'In use', isNumber: true },
  { label: 'Packages' },
  { label: 'Fixed in', className: 'wide' },
  { label: 'Score', isNumber: true, className: 'wide' },
  { label: 'Suppressed in', isNumber: true, className: 'wide' },
];

export function Vulnerabilities() {
  const { place } = usePage();
  const { answer, error, isLoading } = useAnswer(askedOf(place));
  return html`<${Title}>Vulnerabilities<//>
    <${Filters} />
    ${error && html`<${Failure} error=${error} />`}
    ${!answer && isLoading && html`<${Loading} />`}
    ${answer && html`
      <${Pager} answer=${answer} what="vulnerability" whats="vulnerabilities" />
      <${Table} caption=${`${counted(answer.total, 'vulnerability', 'vulnerabilities')} of this filter, the most important first`} columns=${COLUMNS} rows=${answer.items} row=${(each) => html`<${Row} of=${each} query=${kept(place.query)} key=${each.vulnerability} />`} isBusy=${isLoading} />
      ${answer.items.length > 10 && html`<${Pager} isQuiet=${true} answer=${answer} what="vulnerability" whats="vulnerabilities" />`}
      <${Footer} snapshot=${answer.snapshot} />`}`;
}

// The filters that still say which images are meant; the vulnerability itself is chosen.
function kept({ cve: _cve, severity: _severity, exploited: _exploited, fixable: _fixable, cursor: _cursor, page: _page, ...query }) {
  return query;
}

function Row({ of: each, query }) {
  const count = (value, label, more) => html`<${Count} value=${value} view="vulnerability" id=${each.vulnerability} query=${{ ...query, ...more }} label=${`${label} ${each.vulnerability}`} />`;
  return html`<tr>
    <th scope="row"><${Link} view="vulnerability" id=${each.vulnerability} query=${query}>${each.vulnerability}<//></th>
    <td><${Severity} value=${each.severity} /></td>
    <td><${Marks} of=${each} /></td>
    <td class="number">${count(each.images, 'images with')}</td>
    <td class="number">${count(each.inUse, 'images in use with', { inUse: 'true' })}</td>
    <td>${few(each.packages)}</td>
    <td class="wide">${few(each.fixedIn) || '–'}</td>
    <td class="number wide">${each.score ?? '–'}</td>
    <td class="number wide">${count(each.suppressedImages, 'images that suppress', { suppressed: 'only' })}</td>
  </tr>`;
}

function few(names) {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${number(names.length - 3)} more` : '');
}
