// The numbers of each repository, or of each owner.
import { useAnswer, usePage } from '../context.mjs';
import { Filters } from '../filters.mjs';
import { counted, severityName, sum } from '../format.mjs';
import { html } from '../html.mjs';
import { Count, Failure, Footer, Link, Loading, MAIN, Table, Title, useShown } from '../parts.mjs';
import { askedOf } from '../state.mjs';

export function Repositories() {
  const { place } = usePage();
  const by = place.query.by === 'owner' ? 'owner' : 'repository';
  const { answer, error, isLoading } = useAnswer(askedOf({ ...place, query: { ...place.query, by } }));
  const [shown, more] = useShown(answer?.items ?? []);
  const other = by === 'owner' ? 'repository' : 'owner';
  const columns = [
    { label: severityName(by) },
    { label: 'Images', isNumber: true },
    { label: 'Exploited', isNumber: true },
    { label: 'Overdue', isNumber: true },
    ...MAIN.map((each) => ({ label: severityName(each), isNumber: true })),
    { label: 'Suppressed', isNumber: true, className: 'wide' },
  ];
  const row = (each) => html`<${Row} of=${each} by=${by} key=${`${each.registryId}${each.region}${each.name}`} />`;
  return html`<${Title}>${by === 'owner' ? 'Owners' : 'Repositories'}<//>
    <p><${Link} view="repositories" query=${{ by: other }}>By ${other}<//></p>
    <${Filters} />
    ${error && html`<${Failure} error=${error} />`}
    ${!answer && isLoading && html`<${Loading} />`}
    ${answer && html`<${Table} caption=${`${by === 'owner' ? counted(answer.total, 'owner') : counted(answer.total, 'repository', 'repositories')}, the worst first`} columns=${columns} rows=${shown} row=${row} isBusy=${isLoading} />${more}
      <${Footer} snapshot=${answer.snapshot} />`}`;
}

function Row({ of: each, by }) {
  const name = by === 'owner' ? each.name : each.repository;
  // The API has no filter for images that nobody owns.
  const filter = name ? { [by]: name } : null;
  const count = (value, label, query) => (filter ? html`<${Count} value=${value} view="images" query=${{ ...filter, ...query }} label=${`${label} of ${name}`} />` : value);
  return html`<tr>
    <th scope="row">${name || 'nobody'}${each.region && html`<span class="detail">${each.registryId}, ${each.region}</span>`}</th>
    <td class="number">${count(each.images, 'images')}</td>
    <td class="number">${count(each.exploited, 'exploited findings', { exploited: 'true' })}</td>
    <td class="number">${count(each.overdue, 'overdue findings', { overdue: 'true' })}</td>
    ${MAIN.map((severity) => html`<td class="number">${count(each.counts[severity], `${severity.toLowerCase()} findings`, { severity })}</td>`)}
    <td class="number wide">${count(sum(each.suppressed), 'suppressed findings', { suppressed: 'only', severity: 'UNTRIAGED' })}</td>
  </tr>`;
}
