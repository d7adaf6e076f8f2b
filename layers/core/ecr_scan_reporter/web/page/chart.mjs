// The trend: a chart of lines, and the same numbers in a table beside it.
import { SEVERITIES, number, severityName } from './format.mjs';
import { html } from './html.mjs';
import { Table } from './parts.mjs';
import { scale, ticks } from './trend.mjs';

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 56;
const BOTTOM = 24;
const SHOWN = SEVERITIES.slice(0, 4);

export function Trend({ history }) {
  if (history.length < 2) return html`<p>A trend needs two days of history: there ${history.length === 1 ? 'is one' : 'is none'} so far.</p>`;
  const columns = [{ label: 'Day' }, ...SHOWN.map((each) => ({ label: severityName(each), isNumber: true })), { label: 'New', isNumber: true }, { label: 'Fixed', isNumber: true }];
  const total = (counts) => number(Object.values(counts).reduce((all, each) => all + each, 0));
  const row = (each) => html`<tr key=${each.day}><th scope="row">${each.day}</th>
    ${SHOWN.map((severity) => html`<td class="number">${number(each.counts[severity] ?? 0)}</td>`)}
    <td class="number">${total(each.new)}</td><td class="number">${total(each.fixed)}</td></tr>`;
  return html`<div class="trend">
    <${Chart} history=${history} />
    <${Table} caption="Findings at the end of each day" columns=${columns} rows=${[...history].reverse()} row=${row} />
  </div>`;
}

// The lines differ in their dashes and their names at the end, not only in their colours.
function Chart({ history }) {
  const most = Math.max(...history.flatMap((each) => SHOWN.map((severity) => each.counts[severity] ?? 0)), 1);
  const lines = ticks(most);
  const place = scale(history.map((each) => each.day), lines.at(-1), { left: LEFT, right: WIDTH - 8, top: 10, bottom: HEIGHT - BOTTOM });
  const first = history[0].day;
  const last = history.at(-1).day;
  return html`<figure>
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`Findings from ${first} to ${last}, by severity; the table has the numbers`}>
      ${lines.map((value) => html`<g><line class="grid" x1=${LEFT} x2=${WIDTH - 8} y1=${place.y(value)} y2=${place.y(value)} /><text class="tick" x=${LEFT - 8} y=${place.y(value) + 4} text-anchor="end">${number(value)}</text></g>`)}
      ${SHOWN.map((severity) => html`<polyline class=${`line ${severity.toLowerCase()}`} points=${history.map((each) => `${place.x(each.day)},${place.y(each.counts[severity] ?? 0)}`).join(' ')} />`)}
      <text class="tick" x=${LEFT} y=${HEIGHT - 6}>${first}</text>
      <text class="tick" x=${WIDTH - 8} y=${HEIGHT - 6} text-anchor="end">${last}</text>
    </svg>
    <figcaption>${SHOWN.map((severity) => html`<span class="key"><svg viewBox="0 0 24 8" aria-hidden="true"><line class=${`line ${severity.toLowerCase()}`} x1="0" x2="24" y1="4" y2="4" /></svg>${severityName(severity)} ${number(history.at(-1).counts[severity] ?? 0)}</span>`)}</figcaption>
  </figure>`;
}
