// Numbers, moments and names for people. Everything is a text, and nothing here knows the browser.

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED'];

export const STATUS_NAMES = {
  current: 'Scanned in time',
  stale: 'Scan is too old',
  neverScanned: 'Never scanned',
  unsupportedSystem: 'Operating system not supported',
  tooLarge: 'Too large to scan',
  refused: 'Refused by ECR',
  failed: 'Scan failed',
  unsupportedType: 'Nothing to scan',
  archived: 'Archived',
};

const DAY_MS = 86_400_000;
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

export function number(value) {
  return value == null ? '–' : value.toLocaleString('en-US');
}

// '1 image', '1,200 images', '2 vulnerabilities'.
export function counted(value, one, many = `${one}s`) {
  return `${number(value)} ${value === 1 ? one : many}`;
}

// A share in percent, which is 100 % only of all, and 0 % only of none.
export function share(part, whole) {
  if (!whole) return '–';
  const percent = (100 * part) / whole;
  if (part && percent < 0.1) return '< 0.1 %';
  return `${(part < whole ? Math.min(percent, 99.9) : 100).toFixed(part < whole ? 1 : 0)} %`;
}

// A number of bytes as ECR's console shows it, in powers of ten.
export function size(bytes) {
  if (bytes == null) return '–';
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.95 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return unit ? `${amount.toFixed(1)} ${UNITS[unit]}` : counted(bytes, 'byte');
}

export function day(moment) {
  return moment ? moment.slice(0, 10) : '–';
}

export function minute(moment) {
  return moment ? `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC` : '–';
}

// How long ago a moment was: '5 minutes ago', '3 hours ago', '12 days ago'.
export function ago(moment, now) {
  if (!moment) return 'never';
  const minutes = Math.max(Math.floor((now - Date.parse(moment)) / 60_000), 0);
  if (minutes < 1) return 'just now';
  if (minutes < 120) return `${counted(minutes, 'minute')} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${counted(Math.floor(hours / 24), 'day')} ago`;
}

// Days (UTC) from `now` to a day such as 2026-12-31; negative where it has passed.
export function daysUntil(text, now) {
  return Math.round((Date.parse(`${text}T00:00:00Z`) - Math.floor(now / DAY_MS) * DAY_MS) / DAY_MS);
}

// The day (UTC) so many days after `now`, such as 2026-12-31.
export function dayAfter(days, now) {
  return new Date(now + days * DAY_MS).toISOString().slice(0, 10);
}

// A deadline in words: '3 days overdue', 'today', 'in 12 days'.
export function deadline(dueOn, now) {
  if (!dueOn) return '';
  const days = daysUntil(dueOn, now);
  if (days < 0) return `${counted(-days, 'day')} overdue`;
  return days === 0 ? 'due today' : `due in ${counted(days, 'day')}`;
}

// A probability with two digits; one that would round to zero is not zero.
export function probability(epss) {
  if (epss == null) return '–';
  return epss >= 0.005 ? epss.toFixed(2) : '<0.01';
}

export function severityName(severity) {
  return severity.charAt(0) + severity.slice(1).toLowerCase();
}

export function shortDigest(digest) {
  return digest.slice(0, digest.indexOf(':') + 13);
}

// A digest's beginning that can be copied from a table, after the first tag or in place of it.
export function imageName(image) {
  const tags = image.imageTags ?? (image.imageTag ? [image.imageTag] : []);
  return tags.length ? `${image.repository}:${tags[0]}` : `${image.repository}@${shortDigest(image.imageDigest)}`;
}

export function sum(counts) {
  return Object.values(counts ?? {}).reduce((all, each) => all + each, 0);
}

// '2 critical, 1 high', empty for none.
export function describeCounts(counts) {
  return SEVERITIES.filter((each) => counts?.[each])
    .map((each) => `${number(counts[each])} ${each.toLowerCase()}`)
    .join(', ');
}

// Links lead to the web alone: an address comes from others, and may be one of a script.
export function isWebAddress(address) {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

// Whether the numbers of findings of an image are known: it has a result, and that is read.
export function hasCounts(image) {
  return !image.isPending && (['current', 'stale'].includes(image.status) || sum(image.counts) + sum(image.suppressed) > 0);
}
