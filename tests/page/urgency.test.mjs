import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasons } from '../../layers/core/ecr_scan_reporter/web/page/urgency.mjs';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const finding = (vulnerability, facts = {}) => ({ vulnerability, severity: 'HIGH', suppressedBy: '', ...facts });
const card = (findings, facts = {}) => ({ status: 'current', counts: { HIGH: findings.length }, suppressed: {}, fixable: 0, overdue: 0, isInUse: null, places: [], findings, ...facts });
const told = (given) => reasons(given, NOW).map(({ level, text }) => `${level}: ${text}`);

test('what is exploited comes first, and severities last', () => {
  const findings = [
    finding('CVE-1', { isExploited: true, exploitAvailable: true, isLikely: true, knownExploited: { ransomware: true } }),
    finding('CVE-2', { exploitAvailable: true }),
    finding('CVE-3', { isLikely: true }),
  ];
  assert.deepEqual(told(card(findings, { overdue: 2, overdueSince: '2026-11-20', fixable: 1, isInUse: true, places: ['a', 'b'] })), [
    'alarm: Attackers exploit 1 of its findings (KEV), ransomware too: CVE-1.',
    'warn: An exploit is available for CVE-2.',
    'warn: Exploitation is likely by EPSS: CVE-3.',
    'alarm: 2 findings are overdue, the first since 1 day.',
    'plain: 3 high; 1 of 3 have a fix.',
    'warn: It runs in 2 places.',
  ]);
});

test('many names are cut, and their number is said', () => {
  const findings = Array.from({ length: 5 }, (_, index) => finding(`CVE-${index}`, { isLikely: true }));
  assert.match(told(card(findings))[0], /CVE-0, CVE-1, CVE-2 and 2 more\.$/);
});

test('suppressed findings are no reason', () => {
  const hidden = finding('CVE-1', { isExploited: true, suppressedBy: 'a' });
  assert.deepEqual(told(card([hidden], { counts: { HIGH: 0 }, suppressed: { HIGH: 1 } })), ['good: All of its findings are suppressed.']);
});

test('an image without a result is not called clean', () => {
  assert.deepEqual(told(card([], { status: 'neverScanned', counts: {} })), ['warn: Nothing is known of its findings: it has no scan result that was read.']);
  assert.deepEqual(told(card([], { counts: {} })), ['good: Its scan found nothing.']);
});

test('fixes that nobody knows of are not called none', () => {
  const of = (fixAvailable) => told(card([finding('CVE-1', { fixAvailable })])).at(-1);
  assert.equal(of(''), 'plain: 1 high; whether there are fixes is not known.');
  assert.equal(of('NO'), 'plain: 1 high; none has a fix yet.');
});

test('the next deadline is named while there is time', () => {
  const findings = [finding('CVE-1', { dueOn: '2026-12-24' }), finding('CVE-2', { dueOn: '2026-12-01' })];
  assert.equal(told(card(findings))[0], 'plain: Nothing is overdue; the next deadline is 2026-12-01.');
});
