// The small parts of which the views are made.
import { useEffect, useRef, useState } from './vendor/hooks.mjs';
import { usePage } from './context.mjs';
import { SEVERITIES, ago, counted, hasCounts, imageName, isWebAddress, minute, number, probability, severityName, shortDigest } from './format.mjs';
import { html } from './html.mjs';
import { ROWS, changed } from './state.mjs';

// The severities that have columns of their own; the others are in `Other`.
export const MAIN = SEVERITIES.slice(0, 4);

export function Link({ view, id, query, label, current, children }) {
  const { linkTo } = usePage();
  return html`<a href=${linkTo(view, { id, query })} aria-label=${label} aria-current=${current}>${children}</a>`;
}

// A link to the web, in a new tab; an address that is none of the web stays a text.
export function WebLink({ address, children }) {
  if (!isWebAddress(address)) return html`<span class="address">${address || children}</span>`;
  return html`<a href=${address} target="_blank" rel="noopener noreferrer">${children}<span class="hidden"> (new tab)</span></a>`;
}

// A number that leads to what it counts; zero leads nowhere.
export function Count({ value, view, id, query, label }) {
  if (!value) return html`<span class="none">${number(value)}</span>`;
  return html`<${Link} view=${view} id=${id} query=${query} label=${`${number(value)} ${label}`}>${number(value)}<//>`;
}

export function Severity({ value }) {
  return html`<span class=${`severity ${value.toLowerCase()}`}>${severityName(value)}</span>`;
}

// What makes a finding more urgent than its severity says.
export function Marks({ of }) {
  return html`<span class="marks">
    ${of.isExploited && html`<span class="mark alarm">${of.knownExploited?.ransomware ? 'ransomware' : 'exploited'}</span>`}
    ${of.exploitAvailable && !of.isExploited && html`<span class="mark warn">exploit available</span>`}
    ${of.epss != null && html`<span class=${of.isLikely ? 'mark warn' : 'mark'}>EPSS ${probability(of.epss)}</span>`}
    ${of.suppressedBy && html`<span class="mark">suppressed by ${of.suppressedBy}</span>`}
  </span>`;
}

export function ImageLink({ image }) {
  const where = { id: image.imageDigest, query: { repository: image.repository } };
  const others = (image.imageTags ?? []).slice(1);
  return html`<${Link} view="image" ...${where}><span class="name">${imageName(image)}</span><//>
    <span class="detail">${image.region} · ${shortDigest(image.imageDigest)}${others.length > 0 && ` · also ${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''}`}</span>`;
}

export function SeverityCells({ image }) {
  if (!hasCounts(image)) return html`<td class="none" colspan=${MAIN.length}>not known</td>`;
  return MAIN.map((each) => html`<td class="number">
    <${Count} value=${image.counts[each]} view="image" id=${image.imageDigest} label=${`${each.toLowerCase()} findings of ${imageName(image)}`}
      query=${{ repository: image.repository, severity: each }} />
  </td>`);
}

// A table in a frame that scrolls sideways where the window is narrow, which the keyboard reaches too.
export function Table({ caption, columns, order, onOrder, rows, row, isBusy }) {
  return html`<div class="frame" role="region" aria-label=${caption} tabindex="0">
    <table aria-busy=${isBusy ? 'true' : undefined}>
      <caption>${caption}</caption>
      <thead><tr>${columns.map((each) => html`<${Heading} column=${each} order=${order} onOrder=${onOrder} />`)}</tr></thead>
      <tbody>${rows.map(row)}</tbody>
    </table>
  </div>`;
}

// `sort` is the name of the order, `direction` the only one that the list has; without it, there are both.
function Heading({ column, order, onOrder }) {
  const { label, sort, direction, isNumber, className } = column;
  const classes = [isNumber && 'number', className].filter(Boolean).join(' ') || undefined;
  if (!sort) return html`<th scope="col" class=${classes}>${label}</th>`;
  const isDown = order === `-${sort}`;
  const isSorted = order === sort || isDown;
  const shown = direction ?? (isDown ? 'descending' : 'ascending');
  return html`<th scope="col" class=${classes} aria-sort=${isSorted ? shown : undefined}>
    <button type="button" class="sort" onClick=${() => onOrder(sort)}>${label}<span class="arrow" aria-hidden="true">${isSorted ? (shown === 'ascending' ? ' ▲' : ' ▼') : ' ↕'}</span></button>
  </th>`;
}

// Cursors know no way back: these are the cursors of the pages before.
const cursorsBefore = new Map();

// Which rows are shown, and the links to the others. The one above a list tells readers of screens how much a filter leaves, the one below it is `isQuiet`.
export function Pager({ answer, what, whats, isQuiet = false }) {
  const { place } = usePage();
  const { cursor = '', page = '1' } = place.query;
  const current = Number(page) || 1;
  const first = (current - 1) * ROWS + 1;
  const last = first + answer.items.length - 1;
  if (answer.next) cursorsBefore.set(answer.next, cursor);
  const before = cursorsBefore.get(cursor);
  const to = (values) => ({ view: place.view, id: place.id, query: { ...changed(place.query, {}), ...values } });
  return html`<nav class="pager" aria-label=${isQuiet ? 'Pages, again' : 'Pages'}>
    <span aria-live=${isQuiet ? undefined : 'polite'}>${answer.items.length ? `${number(first)}–${number(last)} of ${counted(answer.total, what, whats)}` : `no ${whats ?? `${what}s`}`}</span>
    ${cursor && html`<${Link} ...${to({})}>First page<//>`}
    ${cursor && before && html`<${Link} ...${to({ cursor: before, page: String(current - 1) })}>Previous page<//>`}
    ${answer.next && html`<${Link} ...${to({ cursor: answer.next, page: String(current + 1) })}>Next page<//>`}
  </nav>`;
}

export function Copy({ text, label }) {
  const { notify } = usePage();
  // A file has no clipboard in some browsers.
  const copy = () => Promise.resolve().then(() => navigator.clipboard.writeText(text)).then(
    () => notify({ text: `${label} is copied.` }),
    () => notify({ text: 'The browser did not allow to copy: select the text.' }),
  );
  return html`<span class="copy"><code>${text}</code><button type="button" onClick=${copy}>Copy<span class="hidden"> ${label}</span></button></span>`;
}

export function Loading() {
  return html`<p class="loading">Loading…</p>`;
}

export function Failure({ error }) {
  return html`<p class="failure" role="alert">${error.message}</p>`;
}

// The heading of a view; it gets the focus when the view changes, so that readers of screens hear where they are.
export function Title({ children, document: title }) {
  const { place } = usePage();
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title ?? children} · ecr-scan-reporter`;
    if (hasMoved) heading.current.focus();
    hasMoved = true;
  }, [place.view, place.id]);
  return html`<h1 tabindex="-1" ref=${heading}>${children}</h1>`;
}
// The browser itself reads the first view.
let hasMoved = false;

// Of when the answers are, what they lack, and whose knowledge of exploits they show.
export function Footer({ snapshot }) {
  const { now } = usePage();
  if (!snapshot) return null;
  const { kev, epss } = snapshot;
  return html`<footer>
    <p>Inventory of ${minute(snapshot.builtAt)} (${ago(snapshot.builtAt, now)}).
      ${snapshot.pending > 0 && ` The findings of ${counted(snapshot.pending, 'image')} are not read yet.`}
      ${!snapshot.isComplete && !snapshot.pending && ' It is not complete: not all repositories were listed.'}</p>
    ${snapshot.errors.map((each) => html`<p class="failure">The inventory lacks something: ${each}</p>`)}
    <p>${kev ? `KEV of ${minute(kev.publishedAt ?? kev.fetchedAt)}, fetched ${ago(kev.fetchedAt, now)}.` : 'KEV is unknown: it is off, or was never fetched.'}
      ${' '}${epss ? `EPSS of ${minute(epss.publishedAt ?? epss.fetchedAt)}, fetched ${ago(epss.fetchedAt, now)}.` : 'EPSS is unknown: it is off, or was never fetched.'}
      ${' '}See EPSS at <${WebLink} address="https://www.first.org/epss">https://www.first.org/epss<//>.</p>
  </footer>`;
}

// A list that is long at first shows its beginning.
export function useShown(rows, first = 100) {
  const [isWhole, setWhole] = useState(false);
  const rest = rows.length - first;
  const button = !isWhole && rest > 0 && html`<button type="button" onClick=${() => setWhole(true)}>Show ${number(rest)} more</button>`;
  return [isWhole ? rows : rows.slice(0, first), button];
}
