import assert from 'node:assert/strict';
import { createHash, webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { begin, chosen, end, isAnswer } from '../../layers/core/ecr_scan_reporter/web/page/oidc.mjs';

const ISSUER = 'https://issuer.example/pool';
const SETTINGS = { issuer: ISSUER, clientId: 'page', writeScope: 'inventory/write' };
const ENDPOINTS = { issuer: ISSUER, authorization_endpoint: 'https://login.example/authorize', token_endpoint: 'https://login.example/token' };

const jwt = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

class Storage extends Map {
  getItem(name) { return this.get(name) ?? null; }
  setItem(name, value) { this.set(name, value); }
  removeItem(name) { this.delete(name); }
}

// A provider that answers any code, and remembers what it was sent.
function provider(tokensOf) {
  const sent = [];
  const fetch = async (address, options) => {
    if (address === `${ISSUER}/.well-known/openid-configuration`) return Response.json(ENDPOINTS);
    assert.equal(address, ENDPOINTS.token_endpoint);
    sent.push(Object.fromEntries(options.body));
    return Response.json(...tokensOf());
  };
  return { fetch, sent };
}

async function logIn(tokensOf, change = () => {}) {
  const storage = new Storage();
  let pending;
  const { fetch, sent } = provider(() => tokensOf(pending));
  const address = new URL(await begin({ settings: SETTINGS, origin: 'https://api', hash: '#/images', storage, crypto: webcrypto, fetch }));
  pending = Object.fromEntries(address.searchParams);
  const search = new URLSearchParams({ state: pending.state, code: 'abc' });
  change(search);
  const ended = await end({ settings: SETTINGS, origin: 'https://api', search: `?${search}`, storage, fetch });
  return { ...ended, pending, sent, storage };
}

test('the code is exchanged with the verifier of the challenge, and the page before comes back', async () => {
  const { token, hash, pending, sent, storage } = await logIn(({ nonce }) => [{ access_token: jwt({ iss: ISSUER }), id_token: jwt({ nonce }) }]);
  assert.equal(token, jwt({ iss: ISSUER }));
  assert.equal(hash, '#/images');
  assert.equal(pending.scope, 'openid email profile inventory/write');
  assert.equal(pending.code_challenge, createHash('sha256').update(sent[0].code_verifier).digest('base64url'));
  assert.deepEqual([sent[0].code, sent[0].redirect_uri, pending.redirect_uri], ['abc', 'https://api/', 'https://api/']);
  assert.equal(storage.size, 0);
});

const REFUSED = [
  ['a state of another tab', () => [{}], (search) => search.set('state', 'other'), /not to a log-in of this tab/],
  ['an error of the provider', () => [{}], (search) => search.set('error', 'access_denied'), /access_denied/],
  ['a token of another log-in', () => [{ id_token: jwt({ nonce: 'other' }) }], undefined, /not of this log-in/],
  ['a code that is not valid', () => [{ error: 'invalid_grant' }, { status: 400 }], undefined, /invalid_grant/],
];
for (const [what, tokensOf, change, message] of REFUSED) {
  test(`${what} logs nobody in`, () => assert.rejects(logIn(tokensOf, change), message));
}

test('where the provider cannot be reached, the setting that may be missing is named', async () => {
  const fetch = async () => { throw new TypeError('Failed to fetch'); };
  await assert.rejects(begin({ settings: SETTINGS, origin: '', hash: '', storage: new Storage(), crypto: webcrypto, fetch }), /OidcTokenOrigin/);
});

test('an access token for something else is not sent to the API', () => {
  const id = jwt({ iss: ISSUER });
  for (const access of ['opaque', jwt({ iss: 'https://graph.example' }), undefined]) {
    assert.equal(chosen({ access_token: access, id_token: id }, SETTINGS), id);
  }
});

test('only the answer of the provider is one', () => {
  assert.deepEqual(['?code=1&state=2', '?error=x&state=2', '?code=1', ''].map(isAnswer), [true, true, false, false]);
});
