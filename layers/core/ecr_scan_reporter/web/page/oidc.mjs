// Log in at an OpenID Connect provider: authorization code with PKCE, in the page itself.
// https://openid.net/specs/openid-connect-core-1_0.html, https://www.rfc-editor.org/rfc/rfc7636

const PENDING = 'oidc-pending';
const SCOPES = ['openid', 'email', 'profile'];

// Begin: remember what must come back, and return the address to which the browser goes.
export async function begin({ settings, origin, hash, storage, crypto, fetch }) {
  const { authorization_endpoint: endpoint } = await discovered(settings, fetch);
  const pending = { state: random(crypto), nonce: random(crypto), verifier: random(crypto), hash };
  storage.setItem(PENDING, JSON.stringify(pending));
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  const address = new URL(endpoint);
  const values = {
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: `${origin}/`,
    scope: [...SCOPES, ...[settings.writeScope].filter(Boolean)].join(' '),
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: base64url(new Uint8Array(challenge)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
  return address.href;
}

// Return whether an address is the provider's answer to `begin`.
export function isAnswer(search) {
  const values = new URLSearchParams(search);
  return values.has('state') && (values.has('code') || values.has('error'));
}

// End: check what came back, exchange the code, and return the token and the hash of the page before.
export async function end({ settings, origin, search, storage, fetch }) {
  const values = new URLSearchParams(search);
  const pending = JSON.parse(storage.getItem(PENDING) ?? 'null');
  storage.removeItem(PENDING);
  if (!pending || values.get('state') !== pending.state) throw new Error('The answer is not to a log-in of this tab: log in again.');
  if (values.has('error')) throw new Error(`The log-in failed: ${values.get('error_description') || values.get('error')}.`);
  const { token_endpoint: endpoint } = await discovered(settings, fetch);
  const answer = await reached(
    fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: settings.clientId,
        code: values.get('code'),
        redirect_uri: `${origin}/`,
        code_verifier: pending.verifier,
      }),
    }),
  );
  const tokens = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(`The log-in failed: ${tokens.error_description || tokens.error || `status ${answer.status}`}.`);
  if (claims(tokens.id_token).nonce !== pending.nonce) throw new Error('The token is not of this log-in: log in again.');
  return { token: chosen(tokens, settings), hash: pending.hash };
}

// The access token, where it is one that this issuer's API can read; else the ID token. An opaque one, or one for
// another API of the provider, would be refused.
export function chosen({ access_token: access, id_token: id }, { issuer }) {
  return trimmed(claims(access).iss) === trimmed(issuer) ? access : id;
}

// The claims of a JSON Web Token, whose signature API Gateway checks; none of any other text.
export function claims(token) {
  try {
    const part = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (each) => each.charCodeAt(0))));
  } catch {
    return {};
  }
}

async function discovered({ issuer }, fetch) {
  const answer = await reached(fetch(`${trimmed(issuer)}/.well-known/openid-configuration`));
  if (!answer.ok) throw new Error(`The issuer ${issuer} has no OpenID configuration: status ${answer.status}.`);
  const found = await answer.json();
  if (trimmed(found.issuer) !== trimmed(issuer)) throw new Error(`The configuration is not of the issuer ${issuer}.`);
  return found;
}

async function reached(request) {
  try {
    return await request;
  } catch {
    throw new Error('The identity provider cannot be reached. If its token endpoint has another origin than the issuer, set OidcTokenOrigin.');
  }
}

function trimmed(issuer) {
  return issuer?.replace(/\/$/, '');
}

function random(crypto) {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
