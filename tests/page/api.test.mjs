import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiSource } from '../../layers/core/ecr_scan_reporter/web/page/api.mjs';

function source(answer, calls = []) {
  const fetch = async (target, options) => {
    calls.push({ target, ...options });
    if (answer instanceof Error) throw answer;
    return answer.clone();
  };
  const denied = [];
  return { ...apiSource({ fetch, token: () => 'secret', onDenied: (error) => denied.push(error) }), calls, denied };
}
const json = (content, status = 200) => new Response(JSON.stringify(content), { status, headers: { 'content-type': 'application/json' } });

test('every call has the token, and says that it is the page', async () => {
  const api = source(json({ total: 0, items: [] }));
  assert.deepEqual(await api.ask('/images'), { total: 0, items: [] });
  assert.equal(api.calls[0].headers.authorization, 'Bearer secret');
  assert.equal(api.calls[0].headers['x-requested-with'], 'page');
});

test('an error has the sentence of the API, and a wrong token ends the session', async () => {
  const denied = source(json({ detail: 'a valid token is needed' }, 401));
  await assert.rejects(denied.ask('/images'), { status: 401, message: 'a valid token is needed' });
  assert.equal(denied.denied.length, 1);
  await assert.rejects(source(new Response('Bad Gateway', { status: 502 })).ask('/images'), { message: 'The API answers with status 502.' });
  await assert.rejects(source(new TypeError('Failed to fetch')).ask('/images'), /does not answer/);
});

test('what is too large for the page is not shown as an empty list', async () => {
  await assert.rejects(source(json({ location: 'https://bucket/x' })).ask('/images'), /too large/);
});

test('a download is its content and name, or an address where it is large', async () => {
  const csv = new Response('a,b', { headers: { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="images-2026-11-21.csv"' } });
  const small = await source(csv).download('/images?format=csv');
  assert.deepEqual([await small.content.text(), small.name], ['a,b', 'images-2026-11-21.csv']);
  assert.deepEqual(await source(json({ location: 'https://bucket/x' })).download('/images?format=csv'), { location: 'https://bucket/x' });
});

test('what is written is JSON, and an answer without a body is none', async () => {
  const api = source(new Response(null, { status: 204 }));
  assert.equal(await api.write('DELETE', '/suppressions/a'), null);
  const made = source(json({ id: 'a' }, 201));
  assert.deepEqual(await made.write('POST', '/suppressions', { cve: 'CVE-1' }), { id: 'a' });
  assert.deepEqual([made.calls[0].method, made.calls[0].body], ['POST', '{"cve":"CVE-1"}']);
});
