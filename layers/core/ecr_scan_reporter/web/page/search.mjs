// What people type into the one box: a vulnerability, a package, an image, a digest, or words such as is:exploited.

const VULNERABILITY = /^(cve-\d{4}-\d{4,}|ghsa(-[a-z0-9]{4}){3}|alas[a-z0-9-]*-\d{4}-\d+|(?:rhsa|elsa|dsa|usn|sqlite|snyk)-[a-z0-9:.-]*\d)$/i;
const DIGEST = /^(?:sha256:)?([0-9a-f]{12,64})$/i;
const HOST = /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+\//;
const TERM = /^(-?)([a-z-]+):(.+)$/i;
const FLAGS = {
  exploited: 'exploited',
  kev: 'exploited',
  fixable: 'fixable',
  overdue: 'overdue',
  'in-use': 'inUse',
  running: 'inUse',
};
const NAMES = ['repository', 'owner', 'tag', 'severity', 'package', 'cve', 'status', 'digest'];

// Return the place to go to, without a theme: a view, an id, a query.
export function interpret(text) {
  const wanted = text.trim();
  if (!wanted) return place('morning');
  return ofTerms(wanted) ?? ofName(wanted) ?? place('search', '', { q: wanted });
}

// The three questions of a word that may be anything: each asks the API, and leads to a list.
export function questions(word) {
  const glob = /[*?[]/.test(word) ? word : `*${word}*`;
  return [
    { title: 'Vulnerabilities', view: 'vulnerabilities', query: { cve: glob } },
    { title: 'Packages', view: 'vulnerabilities', query: { package: glob } },
    { title: 'Images by repository', view: 'images', query: { repository: glob } },
    { title: 'Images by tag', view: 'images', query: { tag: glob } },
    { title: 'Images by owner', view: 'images', query: { owner: word } },
  ];
}

function place(view, id = '', query = {}) {
  return { view, id, query };
}

function ofTerms(text) {
  const terms = text.split(/\s+/).map((each) => TERM.exec(each));
  if (terms.some((each) => !each)) return null;
  const query = {};
  for (const [, minus, key, value] of terms) {
    const name = key.toLowerCase();
    if (name === 'is' && FLAGS[value.toLowerCase()]) query[FLAGS[value.toLowerCase()]] = minus ? 'false' : 'true';
    else if (NAMES.includes(name) && !minus) query[name] = name === 'severity' ? value.toUpperCase() : name === 'status' ? [value] : value;
    else return null;
  }
  return place(query.package ? 'findings' : query.cve ? 'vulnerabilities' : 'images', '', query);
}

function ofName(text) {
  if (VULNERABILITY.test(text)) return place('vulnerability', text.toUpperCase().startsWith('GHSA') ? text : text.toUpperCase());
  if (/^cve-[\d*?-]*$/i.test(text)) return place('vulnerabilities', '', { cve: text.endsWith('*') ? text : `${text}*` });
  const digest = DIGEST.exec(text);
  if (digest) return ofDigest(digest[1]);
  const name = text.replace(HOST, '');
  const [repository, at] = name.split('@');
  if (at && DIGEST.test(at)) return ofDigest(DIGEST.exec(at)[1], { repository });
  const tagged = /^([a-z0-9][a-z0-9._/-]*):([\w.-]+)$/.exec(name);
  if (tagged && (name !== text || !/\s/.test(text))) return place('images', '', { repository: tagged[1], tag: tagged[2] });
  return name === text ? null : place('images', '', { repository: name });
}

function ofDigest(hex, query = {}) {
  const digest = `sha256:${hex.toLowerCase()}`;
  return hex.length === 64 ? place('image', digest, query) : place('images', '', { ...query, digest });
}
