// Who looks at the page: by a token, or by logging in at an OpenID Connect provider. Both end with the tab.
import { useEffect, useState } from './vendor/hooks.mjs';
import { html } from './html.mjs';
import { begin } from './oidc.mjs';

const TOKEN = 'token';

export const keptToken = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set: (token) => sessionStorage.setItem(TOKEN, token),
  clear: () => sessionStorage.removeItem(TOKEN),
};

// `problem` says why the last attempt failed, empty for the first one.
export function Login({ settings, problem, onToken }) {
  useEffect(() => {
    document.title = 'Log in · ecr-scan-reporter';
  }, []);
  const parts = { TOKEN: TokenForm, JWT: ProviderForm, IAM: NoForm };
  const Form = parts[settings.authorization];
  return html`<main id="main" class="login">
    <h1>ecr-scan-reporter</h1>
    <${Form} settings=${settings} onToken=${onToken} />
    <p class="failure" role="alert">${problem}</p>
  </main>`;
}

function TokenForm({ onToken }) {
  const submit = (event) => {
    event.preventDefault();
    onToken(new FormData(event.target).get('token').trim());
  };
  return html`<form onSubmit=${submit}>
    <label>Token<input type="password" name="token" required autocomplete="current-password" autofocus /></label>
    <button type="submit" class="primary">Log in</button>
    <p class="detail">The administrator prints it with <code>ecr-scan-reporter token show</code>. It is kept until this tab is closed.</p>
  </form>`;
}

function ProviderForm({ settings }) {
  const [problem, setProblem] = useState('');
  if (!settings.clientId) return html`<p>The page cannot log in: set the parameter <code>OidcClientId</code> of the application.</p>`;
  const go = async () => {
    try {
      const { origin, hash } = location;
      location.assign(await begin({ settings, origin, hash, storage: sessionStorage, crypto, fetch: (...all) => fetch(...all) }));
    } catch (error) {
      setProblem(error.message);
    }
  };
  return html`<button type="button" class="primary" onClick=${go}>Log in</button>
    <p class="detail">You log in at ${new URL(settings.issuer).host}.</p>
    <p class="failure" role="alert">${problem}</p>`;
}

function NoForm() {
  return html`<p>This API takes requests that AWS credentials sign, which a page has not. For the page, set the parameter
    <code>ApiAuthorization</code> to <code>TOKEN</code> or <code>JWT</code>.</p>`;
}
