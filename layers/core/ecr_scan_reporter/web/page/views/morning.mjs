// What to know before the first coffee is empty: what is new, what is exploited, what is overdue, what will end.
import { useAnswer, usePage } from '../context.mjs';
import { Trend } from '../chart.mjs';
import { STATUS_NAMES, counted, describeCounts, number, share, sum } from '../format.mjs';
import { html } from '../html.mjs';
import { Count, Failure, Footer, Link, Loading, MAIN, Marks, Severity, Table, Title } from '../parts.mjs';
import { SOON_DAYS, endOf, endingSoon, scopeOf } from '../suppression.mjs';

const SINCE = { since: '1d' };
const TOP = 8;

export function Morning() {
  const { source } = usePage();
  const totals = useAnswer('/totals');
  return html`<${Title}>${source.isFile ? 'Overview' : 'This morning'}<//>
    ${(source.notes ?? []).map((each) => html`<p>${each}</p>`)}
    <${Settled} of=${totals}>${(answer) => html`<${Tiles} totals=${answer.items[0]} />`}<//>
    <div class="columns">
      <${Top} />
      <div>
        <${Changes} />
        <${Coverage} />
        <${Ending} />
      </div>
    </div>
    <${History} />
    <${Footer} snapshot=${totals.answer?.snapshot} />`;
}

// Each part is there as soon as its answer is; one that fails leaves the others.
function Settled({ of: { answer, error }, children }) {
  if (error) return html`<${Failure} error=${error} />`;
  return answer ? children(answer) : html`<${Loading} />`;
}

function Tiles({ totals }) {
  if (!totals) return html`<p>The inventory has no images yet.</p>`;
  const known = (value, level) => (value ? level : 'good');
  return html`<ul class="tiles">
    <${Tile} level=${totals.exploited == null ? '' : known(totals.exploited, 'alarm')} value=${totals.exploited} name="exploited (KEV)" view="images" query=${{ exploited: 'true' }}
      detail=${totals.exploited == null ? 'KEV is unknown' : totals.ransomware ? `${number(totals.ransomware)} by ransomware` : ''} />
    <${Tile} level=${known(totals.overdue, 'alarm')} value=${totals.overdue} name="overdue" view="images" query=${{ overdue: 'true', sort: 'overdue' }} />
    ${MAIN.slice(0, 2).map((each) => html`<${Tile} level=${known(totals.counts[each], 'warn')} value=${totals.counts[each]} name=${each.toLowerCase()} view="images" query=${{ severity: each }}
      detail=${html`<${Count} value=${totals.unique[each]} view="vulnerabilities" query=${{ severity: each }} label=${`different ${each.toLowerCase()} vulnerabilities`} /> different`} />`)}
    <${Tile} value=${totals.images} name="images" view="images" detail=${`${number(totals.scanned)} with a scan result`} />
    <${Tile} value=${sum(totals.suppressed)} name="suppressed" view="vulnerabilities" query=${{ suppressed: 'only' }} />
  </ul>`;
}

function Tile({ level = '', value, name, view, query, detail }) {
  const text = html`<strong>${number(value)}</strong> ${name}`;
  return html`<li class=${`tile ${level}`}>${value ? html`<${Link} view=${view} query=${query}>${text}<//>` : html`<span>${text}</span>`}${detail && html`<span class="detail">${detail}</span>`}</li>`;
}

function Top() {
  const found = useAnswer(`/vulnerabilities?limit=${TOP}`);
  const columns = [{ label: 'Vulnerability' }, { label: 'Severity' }, { label: 'Why' }, { label: 'Images', isNumber: true }];
  const row = (each) => html`<tr key=${each.vulnerability}>
    <th scope="row"><${Link} view="vulnerability" id=${each.vulnerability}>${each.vulnerability}<//><span class="detail">${each.packages.slice(0, 2).join(', ')}</span></th>
    <td><${Severity} value=${each.severity} /></td><td><${Marks} of=${each} /></td>
    <td class="number"><${Count} value=${each.images} view="vulnerability" id=${each.vulnerability} label=${`images with ${each.vulnerability}`} /></td></tr>`;
  return html`<section><h2>First of all</h2>
    <${Settled} of=${found}>${(answer) => html`
      <${Table} caption="The most important vulnerabilities" columns=${columns} rows=${answer.items} row=${row} />
      ${answer.total > TOP && html`<p><${Link} view="vulnerabilities">All ${counted(answer.total, 'vulnerability', 'vulnerabilities')}<//></p>`}`}<//></section>`;
}

function Changes() {
  const { source } = usePage();
  const found = useAnswer('/changes?limit=5&since=1d');
  return html`<section><h2>${source.isFile ? 'In the day before' : 'Since yesterday'}</h2>
    <${Settled} of=${found}>${({ total, sums }) => html`<dl class="sums">
      <${Sum} name="New" counts=${sums.new} level="alarm" />
      <${Sum} name="Worse" counts=${sums.raised} level="warn" />
      <${Sum} name="Resolved" counts=${sums.fixed} level="good" />
    </dl>
    <p>${total ? html`<${Link} view="changes" query=${SINCE}>${counted(total, 'scan')} changed something<//>` : 'No scan changed anything'}${sums.firstScans > 0 && `; ${number(sums.firstScans)} were the first of their image, and are not counted as new`}.</p>`}<//></section>`;
}

function Sum({ name, counts, level }) {
  const all = sum(counts);
  return html`<div class=${all ? level : ''}><dt>${name}</dt><dd><${Count} value=${all} view="changes" query=${SINCE} label=${`${name.toLowerCase()} findings since yesterday`} /> <span class="detail">${describeCounts(counts)}</span></dd></div>`;
}

function Coverage() {
  const found = useAnswer('/coverage');
  return html`<section><h2>Coverage</h2>
    <${Settled} of=${found}>${({ items }) => {
      const counts = items[0]?.counts ?? {};
      const all = sum(counts);
      const shown = Object.keys(STATUS_NAMES).filter((each) => counts[each]);
      return html`<p><strong>${share(counts.current ?? 0, all)}</strong> of ${counted(all, 'image')} are scanned in time.</p>
        <ul class="plain">${shown.map((each) => html`<li><${Count} value=${counts[each]} view="images" query=${{ status: [each] }} label=${`images: ${STATUS_NAMES[each]}`} /> ${STATUS_NAMES[each].toLowerCase()}</li>`)}</ul>`;
    }}<//></section>`;
}

function Ending() {
  const { now } = usePage();
  const found = useAnswer('/suppressions?state=active');
  return html`<section><h2>Suppressions about to end</h2>
    <${Settled} of=${found}>${({ items, total }) => {
      const soon = endingSoon(items, now);
      return html`${soon.length > 0 && html`<ul class="plain">${soon.slice(0, 5).map((each) => html`<li>${scopeOf(each)} <span class="detail">${endOf(each, now)}</span></li>`)}</ul>`}
        <p>${soon.length ? `${counted(soon.length, 'suppression ends', 'suppressions end')}` : 'None ends'} within ${SOON_DAYS} days. <${Link} view="suppressions">${counted(total, 'suppression')} in force<//></p>`;
    }}<//></section>`;
}

function History() {
  const found = useAnswer('/history');
  return html`<section><h2>Trend</h2><${Settled} of=${found}>${({ items }) => html`<${Trend} history=${items} />`}<//></section>`;
}
