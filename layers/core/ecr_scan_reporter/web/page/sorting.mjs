// The order of a table that the page has as a whole: the findings of an image, suppressions, repositories.

import { SEVERITIES } from './format.mjs';

const KEYS = {
  importance: null,
  severity: (each) => SEVERITIES.indexOf(each.severity),
  vulnerability: (each) => each.vulnerability,
  package: (each) => each.package,
  due: (each) => each.dueOn || '~',
  epss: (each) => -(each.epss ?? -1),
  score: (each) => -(each.score ?? -1),
  until: (each) => each.until,
  cve: (each) => each.cve,
  createdAt: (each) => each.createdAt,
};

// The name of a descending order begins with `-`. Equal rows stay in the order of the API, which is by importance.
export function sorted(rows, order) {
  const [name, sign] = order?.startsWith('-') ? [order.slice(1), -1] : [order, 1];
  const key = KEYS[name];
  return key ? [...rows].sort((one, other) => sign * compare(key(one), key(other))) : rows;
}

// The order after a click on a column: ascending, descending, then the first one again.
export function nextOrder(order, name) {
  if (order === name) return `-${name}`;
  return order === `-${name}` ? '' : name;
}

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
