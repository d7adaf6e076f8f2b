import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpret, questions } from '../../layers/core/ecr_scan_reporter/web/page/search.mjs';

const HEX = '0c3f'.repeat(16);
const CASES = [
  ['', 'morning', '', {}],
  ['cve-2021-44228', 'vulnerability', 'CVE-2021-44228', {}],
  ['GHSA-jfh8-c2jp-5v3q', 'vulnerability', 'GHSA-jfh8-c2jp-5v3q', {}],
  ['ALAS2-2021-1731', 'vulnerability', 'ALAS2-2021-1731', {}],
  ['CVE-2021-', 'vulnerabilities', '', { cve: 'CVE-2021-*' }],
  [`sha256:${HEX}`, 'image', `sha256:${HEX}`, {}],
  [HEX.toUpperCase(), 'image', `sha256:${HEX}`, {}],
  ['0c3f0c3f0c3f', 'images', '', { digest: 'sha256:0c3f0c3f0c3f' }],
  ['team/app:1.2', 'images', '', { repository: 'team/app', tag: '1.2' }],
  [`team/app@sha256:${HEX}`, 'image', `sha256:${HEX}`, { repository: 'team/app' }],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2', 'images', '', { repository: 'team/app', tag: '1.2' }],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app', 'images', '', { repository: 'team/app' }],
  ['is:exploited severity:high', 'images', '', { exploited: 'true', severity: 'HIGH' }],
  ['-is:in-use owner:web', 'images', '', { inUse: 'false', owner: 'web' }],
  ['package:openssl is:fixable', 'findings', '', { package: 'openssl', fixable: 'true' }],
  ['status:failed', 'images', '', { status: ['failed'] }],
  ['openssl', 'search', '', { q: 'openssl' }],
  ['team/app', 'search', '', { q: 'team/app' }],
  ['is:nonsense', 'images', '', { repository: 'is', tag: 'nonsense' }],
  ['two words', 'search', '', { q: 'two words' }],
];

for (const [text, view, id, query] of CASES) {
  test(`'${text}' leads to ${view}`, () => assert.deepEqual(interpret(text), { view, id, query }));
}

test('a word is looked for everywhere, also in the middle of names', () => {
  assert.deepEqual(questions('ssl').map(({ query }) => query), [
    { cve: '*ssl*' }, { package: '*ssl*' }, { repository: '*ssl*' }, { tag: '*ssl*' }, { owner: 'ssl' },
  ]);
  assert.deepEqual(questions('team/*')[2].query, { repository: 'team/*' });
});
