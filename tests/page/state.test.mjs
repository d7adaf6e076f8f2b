import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedOf, changed, describeFilters, exportOf, formatHash, parseHash } from '../../layers/core/ecr_scan_reporter/web/page/state.mjs';

const DIGEST = `sha256:${'0c3f'.repeat(16)}`;
const PLACES = [
  ['#/', { view: 'morning', id: '', query: {}, theme: '' }],
  ['#/?theme=dark', { view: 'morning', id: '', query: {}, theme: 'dark' }],
  ['#/images?severity=HIGH&sort=overdue', { view: 'images', id: '', query: { severity: 'HIGH', sort: 'overdue' }, theme: '' }],
  ['#/images?status=failed&status=stale', { view: 'images', id: '', query: { status: ['failed', 'stale'] }, theme: '' }],
  [`#/images/${encodeURIComponent(DIGEST)}?repository=team%2Fapp`, { view: 'image', id: DIGEST, query: { repository: 'team/app' }, theme: '' }],
  ['#/vulnerabilities/CVE-2021-44228', { view: 'vulnerability', id: 'CVE-2021-44228', query: {}, theme: '' }],
  ['#/findings?package=a%26b%3D%23%3F', { view: 'findings', id: '', query: { package: 'a&b=#?' }, theme: '' }],
];

for (const [hash, place] of PLACES) {
  test(`${hash} is a place, and the address of that place`, () => {
    assert.deepEqual(parseHash(hash), place);
    assert.equal(formatHash(place), hash);
  });
}

test('an address that nobody has made is the first view', () => {
  for (const hash of ['', '#', '#/nothing', '#/constructor', '#/image', '#/%E0%A4%A', '#/morning/1']) {
    assert.equal(parseHash(hash).view, 'morning', hash);
  }
});

test('a theme that is none is left out', () => {
  assert.equal(parseHash('#/images?theme=pink').theme, '');
});

test('the API is asked for a page, without what the page keeps for itself', () => {
  const query = { severity: 'HIGH', page: '3', cursor: 'abc', order: 'due' };
  assert.equal(askedOf({ view: 'images', id: '', query }), '/images?cursor=abc&limit=50&severity=HIGH');
});

test('the API is asked for a whole card, whatever the page shows of it', () => {
  const query = { repository: 'team/app', severity: 'HIGH', suppressed: 'only' };
  assert.equal(askedOf({ view: 'image', id: 'sha256:1', query }), '/images/sha256%3A1?repository=team%2Fapp');
});

test('an export has all pages of exactly what is shown', () => {
  const query = { severity: 'HIGH', status: ['failed', 'stale'], sort: 'size', cursor: 'abc', page: '2' };
  assert.equal(
    exportOf({ view: 'images', id: '', query }, 'csv'),
    '/images?format=csv&severity=HIGH&sort=size&status=failed&status=stale',
  );
  assert.equal(exportOf({ view: 'image', id: 'sha256:1', query: { severity: 'LOW' } }, 'sarif'), '/images/sha256%3A1?format=sarif&severity=LOW');
});

test('another filter begins at the first page, and an empty value takes one out', () => {
  const query = { severity: 'HIGH', cursor: 'abc', page: '2', status: ['failed'] };
  assert.deepEqual(changed(query, { severity: '', owner: 'web', status: [] }), { owner: 'web' });
});

test('filters are described in words, each with what is left without it', () => {
  const query = { severity: 'HIGH', status: ['failed', 'stale'], olderThan: '45d', sort: 'size' };
  const described = describeFilters({ view: 'images', query });
  assert.deepEqual(described.map(({ text }) => text), [
    'Severity: High or worse', 'Coverage: Scan failed', 'Coverage: Scan is too old', 'Pushed longer ago than: 45d',
  ]);
  assert.deepEqual(described[1].without, { ...query, status: ['stale'] });
  assert.deepEqual(described[3].without, { severity: 'HIGH', status: ['failed', 'stale'], sort: 'size' });
});
