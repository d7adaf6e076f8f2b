import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../layers/core/ecr_scan_reporter/web/page/format.mjs';

const NOW = Date.parse('2026-11-21T12:00:00Z');

function table(name, cases) {
  for (const [given, expected] of cases) {
    test(`${name} of ${JSON.stringify(given)} is ${expected}`, () => assert.equal(format[name](...given), expected));
  }
}

table('number', [[[1200], '1,200'], [[0], '0'], [[null], '–']]);
table('counted', [[[1, 'image'], '1 image'], [[1200, 'image'], '1,200 images'], [[2, 'vulnerability', 'vulnerabilities'], '2 vulnerabilities']]);
table('share', [[[1, 1], '100 %'], [[99999, 100000], '99.9 %'], [[1, 10000], '< 0.1 %'], [[0, 3], '0.0 %'], [[0, 0], '–']]);
table('size', [[[0], '0 bytes'], [[1], '1 byte'], [[999_960], '1.0 MB'], [[56_700_000_000], '56.7 GB'], [[null], '–']]);
table('ago', [
  [['2026-11-21T12:00:30Z', NOW], 'just now'],
  [['2026-11-21T11:59:00Z', NOW], '1 minute ago'],
  [['2026-11-21T09:00:00Z', NOW], '3 hours ago'],
  [['2026-11-09T12:00:00Z', NOW], '12 days ago'],
  [[null, NOW], 'never'],
]);
table('deadline', [[['2026-11-20', NOW], '1 day overdue'], [['2026-11-21', NOW], 'due today'], [['2026-12-03', NOW], 'due in 12 days'], [[null, NOW], '']]);
table('dayAfter', [[[90, NOW], '2027-02-19'], [[0, NOW], '2026-11-21']]);
table('probability', [[[0.97], '0.97'], [[0.0004], '<0.01'], [[0], '<0.01'], [[null], '–']]);
table('minute', [[['2026-11-21T09:05:07Z'], '2026-11-21 09:05 UTC'], [[null], '–']]);
table('describeCounts', [[[{ HIGH: 1, CRITICAL: 2, LOW: 0 }], '2 critical, 1 high'], [[{}], '']]);
table('imageName', [
  [[{ repository: 'app', imageTags: ['1', 'latest'], imageDigest: 'sha256:0123456789abcdef' }], 'app:1'],
  [[{ repository: 'app', imageTags: [], imageDigest: 'sha256:0123456789abcdef' }], 'app@sha256:0123456789ab'],
  [[{ repository: 'app', imageTag: '1', imageDigest: 'sha256:0123456789abcdef' }], 'app:1'],
]);
table('isWebAddress', [
  [['https://nvd.nist.gov/vuln'], true],
  [['http://example.com'], true],
  [['javascript:alert(1)'], false],
  [[' JaVaScript:alert(1)'], false],
  [['data:text/html,x'], false],
  [['//example.com'], false],
  [[''], false],
]);
table('hasCounts', [
  [[{ status: 'current', counts: {}, suppressed: {} }], true],
  [[{ status: 'current', isPending: true, counts: {}, suppressed: {} }], false],
  [[{ status: 'neverScanned', counts: { HIGH: 0 }, suppressed: {} }], false],
  [[{ status: 'failed', counts: { HIGH: 1 }, suppressed: {} }], true],
]);
