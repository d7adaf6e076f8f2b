// What people have decided about findings, and what ends soon.
import { useAnswer, usePage } from '../context.mjs';
import { counted, day } from '../format.mjs';
import { html } from '../html.mjs';
import { Failure, Link, Loading, Table, Title, useShown } from '../parts.mjs';
import { nextOrder, sorted } from '../sorting.mjs';
import { changed } from '../state.mjs';
import { remove } from '../suppress.mjs';
import { JUSTIFICATIONS, endOf, endingSoon, scopeOf } from '../suppression.mjs';

const STATES = [['active', 'In force'], ['ended', 'Ended'], ['all', 'All']];

export function Suppressions() {
  const page = usePage();
  const { place, now, go, canEdit } = page;
  const state = place.query.state ?? 'active';
  const { answer, error, isLoading } = useAnswer(`/suppressions?state=${encodeURIComponent(state)}`);
  const order = place.query.order ?? 'until';
  const [shown, more] = useShown(sorted(answer?.items ?? [], order));
  const soon = new Set(endingSoon(answer?.items ?? [], now).map((each) => each.id));
  const end = (each) => remove(page, each).catch((problem) => page.notify({ text: problem.message, isError: true }));
  const columns = [
    { label: 'What', sort: 'cve' },
    { label: 'Kind' },
    { label: 'Reason' },
    { label: 'Until', sort: 'until' },
    { label: 'Made by', className: 'wide' },
    { label: 'On', sort: 'createdAt', className: 'wide' },
    ...(canEdit ? [{ label: 'Action' }] : []),
  ];
  const row = (each) => html`<tr key=${each.id}>
    <th scope="row">${scopeOf(each)}<span class="detail">${each.id}</span></th>
    <td>${each.kind}${each.justification && html`<span class="detail">${JUSTIFICATIONS[each.justification] ?? each.justification}</span>`}</td>
    <td>${each.reason}</td>
    <td>${soon.has(each.id) && html`<span class="mark warn">ends soon</span> `}${endOf(each, now)}</td>
    <td class="wide">${each.createdBy}</td>
    <td class="wide day">${day(each.createdAt)}</td>
    ${canEdit && html`<td><button type="button" onClick=${() => end(each)}>Remove<span class="hidden"> the suppression of ${scopeOf(each)}</span></button></td>`}
  </tr>`;
  return html`<${Title}>Suppressions<//>
    <ul class="chips">${STATES.map(([value, text]) => html`<li><${Link} view="suppressions" query=${value === 'active' ? {} : { state: value }} current=${value === state ? 'true' : undefined}>${text}<//></li>`)}</ul>
    <p class="detail">A change takes effect in lists and reports with the next build of the inventory.</p>
    ${error && html`<${Failure} error=${error} />`}
    ${!answer && isLoading && html`<${Loading} />`}
    ${answer && html`<${Table} caption=${`${counted(answer.total, 'suppression')}${soon.size ? `, ${soon.size} of them about to end` : ''}`} columns=${columns} order=${order} rows=${shown} row=${row} isBusy=${isLoading}
      onOrder=${(name) => go({ ...place, query: changed(place.query, { order: nextOrder(order, name) }) })} />${more}`}`;
}
