import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextOrder, sorted } from '../../layers/core/ecr_scan_reporter/web/page/sorting.mjs';
import { scale, ticks } from '../../layers/core/ecr_scan_reporter/web/page/trend.mjs';

const ROWS = [
  { vulnerability: 'b', severity: 'LOW', dueOn: '2026-12-01' },
  { vulnerability: 'a', severity: 'CRITICAL', dueOn: null },
  { vulnerability: 'c', severity: 'LOW', dueOn: '2026-11-01' },
];
const names = (order) => sorted(ROWS, order).map(({ vulnerability }) => vulnerability).join('');

test('rows are sorted both ways, by importance as the API has them', () => {
  for (const [order, expected] of [['importance', 'bac'], ['vulnerability', 'abc'], ['-vulnerability', 'cba'], ['severity', 'abc'], ['due', 'cba'], ['nonsense', 'bac']]) {
    assert.equal(names(order), expected, order);
  }
});

test('a column is clicked three times', () => {
  assert.deepEqual([nextOrder('', 'due'), nextOrder('due', 'due'), nextOrder('-due', 'due'), nextOrder('due', 'package')], ['due', '-due', '', 'package']);
});

test('ticks are round, few, and reach the highest number', () => {
  for (const most of [1, 2, 7, 19, 20, 99, 101, 12_345]) {
    const found = ticks(most);
    assert.ok(found.at(-1) >= most && found.length >= 2 && found.length <= 7, `${most}: ${found}`);
    assert.ok(found.every(Number.isInteger));
  }
});

test('days are as far from each other as in time', () => {
  const place = scale(['2026-11-01', '2026-11-02', '2026-11-11'], 10, { left: 0, right: 100, top: 0, bottom: 50 });
  assert.deepEqual(['2026-11-01', '2026-11-02', '2026-11-11'].map(place.x), [0, 10, 100]);
  assert.deepEqual([0, 5, 10].map(place.y), [50, 25, 0]);
});
