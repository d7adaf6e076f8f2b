// Which findings and images a filter shows: the rules of the API, for what the page has as a whole.

import { SEVERITIES } from './format.mjs';

const RANKS = Object.fromEntries(SEVERITIES.map((each, rank) => [each, rank]));
const DAYS = { h: 1 / 24, d: 1, w: 7, m: 30, y: 365 };
const DAY_MS = 86_400_000;
const NEVER = '1970-01-01T00:00:00Z';

// Whether a text matches a glob, in which `*` also stands for `/`.
export function globTest(glob, flags = '') {
  const pattern = glob.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (text, not, set) => {
    if (set) return `[${not ? '^' : ''}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
    if (text === '*') return '[\\s\\S]*';
    return text === '?' ? '[\\s\\S]' : text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  const expression = new RegExp(`^(?:${pattern})$`, flags);
  return (text) => expression.test(text);
}

// Return what tells whether a finding is wanted. `suppressed` is what an absent value of that filter means.
export function findingTest(query, suppressed = 'excluded') {
  const isNamed = query.cve ? globTest(query.cve, 'i') : () => true;
  const isPackage = query.package ? globTest(query.package) : () => true;
  const mode = query.suppressed || suppressed;
  return (finding) =>
    isNamed(finding.vulnerability) &&
    [finding.package, ...finding.alsoIn.map((each) => each.package)].some(isPackage) &&
    (!query.severity || RANKS[finding.severity] <= RANKS[query.severity.toUpperCase()]) &&
    isAnswer(query.fixable, finding.isFixable) &&
    isAnswer(query.exploited, finding.isExploited) &&
    (mode === 'included' || Boolean(finding.suppressedBy) === (mode === 'only'));
}

// Return what tells whether an image is wanted. Without `isOfFindings`, only conditions on the image itself count.
export function imageTest(query, now, isOfFindings = true) {
  const isRepository = query.repository ? globTest(query.repository) : () => true;
  const isTag = query.tag && globTest(query.tag);
  const start = query.digest?.replace(/^sha256:/, '').toLowerCase();
  const mode = query.suppressed || 'excluded';
  const before = (moment, length, isOlder) => !length || (Boolean(moment) && Date.parse(moment) < now - lengthOf(length) === isOlder);
  // Nobody knows of a use of an image without both.
  const lastUsed = (image) => [NEVER, image.pulledAt, image.pushedAt].filter(Boolean).sort().at(-1);
  return (image) =>
    isRepository(image.repository) &&
    (!isTag || image.imageTags.some(isTag)) &&
    (!start || image.imageDigest.slice('sha256:'.length).startsWith(start)) &&
    (!query.owner || image.owner === query.owner) &&
    (!query.status?.length || query.status.includes(image.status)) &&
    isAnswer(query.inUse, image.isInUse) &&
    isAnswer(query.overdue, image.overdue > 0) &&
    before(image.pushedAt, query.olderThan, true) &&
    before(image.pushedAt, query.newerThan, false) &&
    (!query.unused || (image.isInUse !== true && before(lastUsed(image), query.unused, true))) &&
    (!isOfFindings || hasFindings(image, query, mode)) &&
    (mode !== 'only' || countOf(image, '', mode) > 0);
}

function hasFindings(image, { severity, fixable, exploited }, mode) {
  return (
    (!severity || countOf(image, severity.toUpperCase(), mode) > 0) &&
    isAnswer(fixable, image.fixable > 0) &&
    isAnswer(exploited, image.exploited == null ? null : image.exploited > 0)
  );
}

// How many findings an image has of a severity or a worse one; of all, without a severity.
function countOf(image, severity, mode) {
  const worst = severity ? RANKS[severity] : SEVERITIES.length;
  const of = (counts) => Object.entries(counts).reduce((all, [each, value]) => all + (RANKS[each] <= worst ? value : 0), 0);
  return (mode === 'only' ? 0 : of(image.counts)) + (mode === 'excluded' ? 0 : of(image.suppressed));
}

// An unknown fact is neither true nor false.
function isAnswer(wanted, fact) {
  return !wanted || (fact != null && String(fact) === wanted);
}

// The milliseconds of a length of time such as 90d or 1w3d.
export function lengthOf(text) {
  return [...text.matchAll(/(\d+)([hdwmy])/g)].reduce((all, [, number, unit]) => all + Number(number) * DAYS[unit] * DAY_MS, 0);
}
