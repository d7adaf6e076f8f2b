// What a suppression says, and how the form makes one: pure, without the browser.

import { daysUntil } from './format.mjs';

export const KINDS = {
  'accepted-risk': 'Accepted risk: it is there, and we live with it',
  'false-positive': 'False positive: the scanner is wrong',
  'not-affected': 'Not affected: it is there, and cannot be used',
};

export const JUSTIFICATIONS = {
  component_not_present: 'The component is not present',
  vulnerable_code_not_present: 'The vulnerable code is not present',
  vulnerable_code_not_in_execute_path: 'The vulnerable code is never executed',
  vulnerable_code_cannot_be_controlled_by_adversary: 'Attackers cannot control the vulnerable code',
  inline_mitigations_already_exist: 'Mitigations are in place',
};

export const SOON_DAYS = 14;

// The body of POST /suppressions. `values` are those of the form; empty ones mean that it does not matter.
export function bodyOf(values, subject) {
  const isJustified = values.kind !== 'accepted-risk';
  const body = {
    cve: values.cve,
    repository: values.repository,
    tag: values.tag,
    package: values.package,
    kind: values.kind,
    justification: isJustified ? values.justification : '',
    reason: values.reason,
    until: values.end === 'day' ? values.day : values.end,
    createdBy: subject ? '' : values.createdBy,
  };
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, value?.trim()]).filter(([, value]) => value));
}

// The body that makes a removed suppression again, as of now; whoever is known to the API becomes its author.
export function againOf(suppression, subject) {
  const { createdBy, createdAt: _createdAt, ...kept } = suppression;
  return subject ? kept : { ...kept, createdBy };
}

// What it matches, in one line.
export function scopeOf({ cve, repository, tag, package: name, severity }) {
  return [
    cve,
    name && ` in ${name}`,
    repository ? ` of ${repository}` : ' of every repository',
    tag && `, tag ${tag}`,
    severity && `, up to ${severity.toLowerCase()}`,
  ].filter(Boolean).join('');
}

// When it ends, in words.
export function endOf({ until }, now) {
  if (until === 'never') return 'without end';
  if (until === 'fixed') return 'until a fix is known';
  const days = daysUntil(until, now);
  if (days < 0) return `ended on ${until}`;
  return `${until} (${days === 0 ? 'the last day' : days === 1 ? '1 day left' : `${days} days left`})`;
}

// Those in force whose last day is at most so many days away, soonest first.
export function endingSoon(suppressions, now, days = SOON_DAYS) {
  const left = (each) => daysUntil(each.until, now);
  return suppressions
    .filter((each) => /^\d/.test(each.until) && left(each) >= 0 && left(each) <= days)
    .sort((one, other) => left(one) - left(other));
}
