import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againOf, bodyOf, endOf, endingSoon, scopeOf } from '../../layers/core/ecr_scan_reporter/web/page/suppression.mjs';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const FORM = { cve: 'CVE-1', repository: 'app', tag: ' ', package: '', kind: 'accepted-risk', justification: 'x', reason: ' not reachable ', end: 'day', day: '2026-12-31', createdBy: 'alice' };

test('what is left empty does not matter, and only a justified kind has a justification', () => {
  assert.deepEqual(bodyOf(FORM, ''), { cve: 'CVE-1', repository: 'app', kind: 'accepted-risk', reason: 'not reachable', until: '2026-12-31', createdBy: 'alice' });
  assert.equal(bodyOf({ ...FORM, kind: 'not-affected' }, '').justification, 'x');
});

test('the end may be a fix, and whom the API knows is not named', () => {
  const body = bodyOf({ ...FORM, end: 'fixed' }, 'alice@example.com');
  assert.equal(body.until, 'fixed');
  assert.equal('createdBy' in body, false);
});

test('one that was removed by mistake is made again, now, by whoever the API knows', () => {
  const before = { id: 'a', cve: 'CVE-1', createdBy: 'alice', createdAt: '2026-01-01T00:00:00Z' };
  assert.deepEqual(againOf(before, ''), { id: 'a', cve: 'CVE-1', createdBy: 'alice' });
  assert.deepEqual(againOf(before, 'bob'), { id: 'a', cve: 'CVE-1' });
});

test('the scope is one line', () => {
  assert.equal(scopeOf({ cve: 'CVE-1' }), 'CVE-1 of every repository');
  assert.equal(scopeOf({ cve: '*', package: 'curl', repository: 'app', tag: '1.*', severity: 'LOW' }), '* in curl of app, tag 1.*, up to low');
});

test('the end is a sentence', () => {
  const ends = { never: 'without end', fixed: 'until a fix is known', '2026-11-20': 'ended on 2026-11-20', '2026-11-21': '2026-11-21 (the last day)', '2026-11-22': '2026-11-22 (1 day left)' };
  for (const [until, text] of Object.entries(ends)) assert.equal(endOf({ until }, NOW), text);
});

test('those about to end are in force, within two weeks, the soonest first', () => {
  const all = ['2026-12-05', '2026-12-06', '2026-11-20', '2026-11-21', 'never', 'fixed'].map((until) => ({ until }));
  assert.deepEqual(endingSoon(all, NOW).map(({ until }) => until), ['2026-11-21', '2026-12-05']);
});
