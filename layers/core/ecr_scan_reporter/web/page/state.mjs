// Where the page is: a view, what it is about, its filters. All of it is in the address, so that Back and links work.

import { SEVERITIES, STATUS_NAMES, severityName } from './format.mjs';

export const ROWS = 50;

const YES_NO = [['true', 'yes'], ['false', 'no']];
const AGES = [['7d', '7 days'], ['30d', '30 days'], ['90d', '90 days'], ['180d', '180 days'], ['365d', 'a year']];

// The filters, named as the parameters of the API. `options` are the usual values: a shared address may have others.
export const FILTERS = {
  cve: { label: 'Vulnerability', hint: 'CVE-2021-*' },
  package: { label: 'Package', hint: 'openssl*' },
  repository: { label: 'Repository', hint: 'team/*' },
  tag: { label: 'Tag', hint: '1.*' },
  digest: { label: 'Digest', hint: 'sha256:0c3f' },
  owner: { label: 'Owner', hint: 'payments' },
  severity: {
    label: 'Severity',
    options: SEVERITIES.map((each, rank) => [each, rank ? `${severityName(each)} or worse` : severityName(each)]),
  },
  exploited: { label: 'Exploited (KEV)', options: YES_NO },
  fixable: { label: 'Has a fix', options: YES_NO },
  overdue: { label: 'Overdue', options: YES_NO },
  inUse: { label: 'In use', options: YES_NO },
  status: { label: 'Coverage', options: Object.entries(STATUS_NAMES), isList: true },
  suppressed: { label: 'Suppressed findings', options: [['included', 'shown too'], ['only', 'only these']] },
  olderThan: { label: 'Pushed longer ago than', options: AGES },
  newerThan: { label: 'Pushed within', options: AGES },
  unused: { label: 'Not used for', options: AGES },
  since: { label: 'Since', options: [['1d', 'yesterday'], ['7d', '7 days ago'], ['30d', '30 days ago']] },
};

const OF_IMAGES = [
  'repository', 'tag', 'owner', 'severity', 'exploited', 'fixable', 'overdue', 'inUse', 'status', 'suppressed',
  'olderThan', 'newerThan', 'unused', 'digest',
];

// The views: their names in the address, the addresses of the API that they ask, their filters.
export const VIEWS = {
  morning: { title: 'This morning', filters: [] },
  images: { title: 'Images', path: '/images', filters: OF_IMAGES, isPaged: true, formats: ['csv', 'ndjson', 'markdown', 'sarif'] },
  image: { title: 'Image', path: '/images', filters: ['severity', 'exploited', 'fixable', 'suppressed'], formats: ['csv', 'ndjson', 'markdown', 'sarif'] },
  vulnerabilities: { title: 'Vulnerabilities', path: '/vulnerabilities', filters: ['cve', 'package', ...OF_IMAGES], isPaged: true, formats: ['csv', 'ndjson', 'markdown'] },
  vulnerability: { title: 'Vulnerability', path: '/vulnerabilities', filters: ['package', ...OF_IMAGES], isPaged: true, formats: ['csv', 'ndjson', 'markdown'] },
  findings: { title: 'Findings', path: '/findings', filters: ['cve', 'package', ...OF_IMAGES], isPaged: true, formats: ['csv', 'ndjson', 'markdown'] },
  changes: { title: 'Changes', path: '/changes', filters: ['since', 'repository', 'owner'], isPaged: true, formats: ['csv', 'ndjson', 'markdown'] },
  repositories: { title: 'Repositories', path: '/totals', filters: [], formats: ['csv', 'ndjson', 'markdown'] },
  suppressions: { title: 'Suppressions', path: '/suppressions', filters: [] },
  search: { title: 'Search', filters: [] },
};

const BY_SEGMENT = { images: 'image', vulnerabilities: 'vulnerability' };
const SEGMENTS = { image: 'images', vulnerability: 'vulnerabilities' };
const THEMES = ['light', 'dark'];
// What the page keeps for itself: the API has no such parameters.
const OWN = ['page', 'order', 'theme'];

// Read the hash of an address. An unknown view is the first one; unknown parameters stay, and the API names them.
export function parseHash(hash) {
  const [path, search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [segment, ...rest] = path.split('/').map(decoded);
  const id = rest.join('/');
  const name = id && BY_SEGMENT[segment] ? BY_SEGMENT[segment] : segment;
  const view = Object.hasOwn(VIEWS, name) && !SEGMENTS[segment] ? name : 'morning';
  const query = {};
  for (const [key, value] of new URLSearchParams(search)) {
    if (value === '') continue;
    query[key] = FILTERS[key]?.isList ? [...(query[key] ?? []), value] : value;
  }
  const theme = THEMES.includes(query.theme) ? query.theme : '';
  delete query.theme;
  return { view, id: BY_SEGMENT[segment] === view ? id : '', query, theme };
}

// Write the hash of a place; parseHash reads the same place of it.
export function formatHash({ view, id = '', query = {}, theme = '' }) {
  const segment = view === 'morning' ? '' : SEGMENTS[view] ?? view;
  const path = id ? `${segment}/${encodeURIComponent(id)}` : segment;
  const search = searchOf({ ...query, theme });
  return `#/${path}${search && `?${search}`}`;
}

// What the API is asked for a place: its path and parameters, a page at a time where the list has pages.
export function askedOf({ view, id, query }, rows = ROWS) {
  const { path, isPaged } = VIEWS[view];
  // A card is whole, and the page filters its findings: its reasons and updates are those of all of them.
  const without = view === 'image' ? [...OWN, ...VIEWS.image.filters] : OWN;
  const search = searchOf({ ...query, ...(isPaged ? { limit: String(rows) } : {}) }, without);
  return `${path}${id && `/${encodeURIComponent(id)}`}${search && `?${search}`}`;
}

// What the API is asked for an export of exactly what a place shows, without pages.
export function exportOf(place, format) {
  const search = searchOf({ ...place.query, format }, [...OWN, 'cursor', 'limit']);
  return `${VIEWS[place.view].path}${place.id && `/${encodeURIComponent(place.id)}`}?${search}`;
}

// A query with some values in place of others; an empty value takes a name out. The list begins again.
export function changed(query, values) {
  const { cursor: _cursor, page: _page, ...kept } = query;
  return Object.fromEntries(Object.entries({ ...kept, ...values }).filter(([, value]) => value?.length));
}

// The filters of a place in words, each with the query without it.
export function describeFilters({ view, query }) {
  return VIEWS[view].filters.flatMap((name) => {
    const { label, options = [], isList } = FILTERS[name];
    const values = isList ? query[name] ?? [] : [query[name]].filter(Boolean);
    return values.map((value) => ({
      name,
      text: `${label}: ${options.find(([each]) => each === value)?.[1] ?? value}`,
      without: changed(query, { [name]: isList ? values.filter((each) => each !== value) : '' }),
    }));
  });
}

function searchOf(query, without = []) {
  const search = new URLSearchParams();
  for (const name of Object.keys(query).sort()) {
    for (const value of [query[name]].flat()) {
      if (value && !without.includes(name)) search.append(name, value);
    }
  }
  return search.toString();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
