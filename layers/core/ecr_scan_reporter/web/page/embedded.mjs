// The data of a report as the source of the page's answers: those of the API, of what the file has.

import { SEVERITIES } from './format.mjs';
import { findingTest, globTest, imageTest, lengthOf } from './matching.mjs';

const ORDERS = {
  overdue: (one, other) => compare(one.overdueSince ?? '~', other.overdueSince ?? '~'),
  pushed: (one, other) => compare(other.pushedAt ?? '', one.pushedAt ?? ''),
  pulled: (one, other) => compare(other.pulledAt ?? '', one.pulledAt ?? ''),
  scanned: (one, other) => compare(other.scannedAt ?? '', one.scannedAt ?? ''),
  size: (one, other) => other.sizeBytes - one.sizeBytes,
  repository: (one, other) => compare(one.repository, other.repository),
};
// Members of findings that are those of their image.
const OF_IMAGE = ['registryId', 'region', 'repository', 'imageDigest', 'imageTags', 'owner', 'pushedAt', 'pulledAt', 'scannedAt', 'isInUse', 'places'];

// Return the source; `data` is what `report_data.py` writes.
export function embeddedSource(data) {
  const about = Object.fromEntries(data.vulnerabilities.map((each) => [each.vulnerability, each]));
  const rows = data.findings.rows.map((row) => {
    const finding = Object.fromEntries(data.findings.columns.map((name, index) => [name, row[index]]));
    const { uri = '', description = '' } = about[finding.vulnerability] ?? {};
    return { ...finding, uri, description };
  });
  const findingsOf = (image) => data.sets[image.set].findings.map((index) => rows[index]);
  const inventory = { data, about, findingsOf, now: Date.parse(data.snapshot.builtAt) };
  return { isFile: true, notes: data.notes, ask: async (target) => answer(inventory, target) };
}

function answer(inventory, target) {
  const { data } = inventory;
  const [path, search = ''] = target.split('?');
  const [, name, id] = path.split('/').map(decodeURIComponent);
  const query = queryOf(search);
  const lists = {
    images: () => (id ? cards(inventory, id, query) : page(images(inventory, query), query)),
    vulnerabilities: () => (id ? vulnerability(inventory, id, query) : page(vulnerabilities(inventory, query), query)),
    findings: () => page(sorted(occurrences(inventory, query)), query),
    totals: () => whole(data.totals[query.by ?? 'registry']),
    coverage: () => whole([{ name: '', counts: coverage(data.images) }]),
    history: () => whole(data.history),
    changes: () => changes(inventory, query),
    suppressions: () => whole(data.suppressions.filter((each) => isInState(each, query.state, inventory.now))),
  };
  return { snapshot: data.snapshot, ...lists[name]() };
}

function queryOf(search) {
  const query = {};
  for (const [name, value] of new URLSearchParams(search)) {
    query[name] = name === 'status' ? [...(query.status ?? []), value] : value;
  }
  return query;
}

function whole(items) {
  return { total: items.length, items };
}

// The cursor of a page is the number of rows before it.
function page(items, { cursor = '0', limit }) {
  const start = Number(cursor);
  const end = start + Number(limit ?? items.length);
  return { total: items.length, items: items.slice(start, end), next: end < items.length ? String(end) : null };
}

function images({ data, now }, query) {
  const found = data.images.filter(imageTest(query, now));
  return ORDERS[query.sort] ? found.sort(ORDERS[query.sort]) : found;
}

function cards(inventory, digest, { repository }) {
  const { data, findingsOf } = inventory;
  const found = data.images.filter((each) => each.imageDigest.startsWith(digest) && (!repository || each.repository === repository));
  if (!found.length) throw new Error('This report has no such image.');
  return whole(found.map((each) => ({ ...each, findings: findingsOf(each), updates: data.sets[each.set].updates })));
}

function* occurrences({ data, findingsOf, now }, query) {
  const isWanted = findingTest(query);
  for (const image of data.images.filter(imageTest(query, now, false))) {
    const where = Object.fromEntries(OF_IMAGE.map((name) => [name, image[name]]));
    for (const finding of findingsOf(image)) if (isWanted(finding)) yield { ...where, ...finding };
  }
}

// By importance, as the API has findings; of equal ones, those in images that are in use come first.
function sorted(findings) {
  const keyed = [...findings].map((each) => [keyOf(each), each]);
  return keyed.sort(([one], [other]) => one.reduce((order, part, index) => order || part - other[index], 0)).map(([, each]) => each);
}

function keyOf({ importance, severity, isFixable, epss, isLikely, isInUse }) {
  const probability = epss == null ? 1 : 2 - 2 * isLikely;
  return [importance, SEVERITIES.indexOf(severity), isFixable ? 0 : 1, probability, -(epss ?? 0), isInUse ? 0 : 1];
}

// Each vulnerability of a filter once, in the order of the report, with the numbers of the images that have it.
function vulnerabilities({ data, findingsOf, now }, query) {
  const isWanted = findingTest({ ...query, suppressed: 'included' });
  const found = new Map();
  for (const image of data.images.filter(imageTest(query, now, false))) {
    const here = new Map();
    for (const finding of findingsOf(image)) {
      const name = finding.vulnerability;
      const before = here.get(name) ?? { isOpen: false, isWanted: false };
      here.set(name, { isOpen: before.isOpen || !finding.suppressedBy, isWanted: before.isWanted || isWanted(finding) });
    }
    for (const [name, each] of here) {
      const counts = found.get(name) ?? { images: 0, suppressedImages: 0, inUse: 0, isWanted: false };
      counts[each.isOpen ? 'images' : 'suppressedImages'] += 1;
      counts.inUse += each.isOpen && image.isInUse ? 1 : 0;
      counts.isWanted ||= each.isWanted;
      found.set(name, counts);
    }
  }
  const mode = query.suppressed || 'excluded';
  const isShown = ({ images: open, suppressedImages: hidden }) => (mode === 'only' ? hidden : mode === 'included' ? open + hidden : open) > 0;
  return data.vulnerabilities
    .filter(({ vulnerability: name }) => found.get(name)?.isWanted && isShown(found.get(name)))
    .map((each) => {
      const { images: open, suppressedImages, inUse } = found.get(each.vulnerability);
      return { ...each, images: open, suppressedImages, inUse: each.inUse == null ? null : inUse };
    });
}

function vulnerability(inventory, id, query) {
  const one = Object.values(inventory.about).find((each) => each.vulnerability.toUpperCase() === id.toUpperCase());
  const counted = one && vulnerabilities(inventory, { ...query, cve: literal(id) })[0];
  if (!counted) throw new Error('No image of this filter has this vulnerability.');
  return { ...page(sorted(occurrences(inventory, { ...query, cve: literal(id) })), query), vulnerability: counted };
}

// The scans of the last day, or since a time before the report.
function changes({ data, now }, query) {
  const since = now - lengthOf(query.since ?? '1d');
  const isRepository = query.repository ? globTest(query.repository) : () => true;
  const found = data.changes.filter((each) => Date.parse(each.at) >= since && isRepository(each.repository) && (!query.owner || each.owner === query.owner));
  const known = found.filter((each) => !each.isFirst);
  return {
    ...page(found, query),
    sums: { new: added(known, 'new'), raised: added(found, 'raised'), fixed: added(found, 'fixed'), firstScans: found.length - known.length },
  };
}

function added(found, name) {
  const sums = {};
  for (const each of found) for (const [severity, value] of Object.entries(each[name])) sums[severity] = (sums[severity] ?? 0) + value;
  return sums;
}

function literal(name) {
  return name.replace(/[*?[]/g, '[$&]');
}

function coverage(found) {
  const counts = {};
  for (const { status } of found) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function isInState({ until }, state, now) {
  const isActive = !/^\d/.test(until) || until >= new Date(now).toISOString().slice(0, 10);
  return state === 'ended' ? !isActive : state === 'active' ? isActive : true;
}

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
