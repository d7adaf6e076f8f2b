// The page that the API serves: it logs in, and then asks the API.
import { render } from './vendor/preact.mjs';
import { useEffect, useMemo, useState } from './vendor/hooks.mjs';
import { apiSource } from './api.mjs';
import { App } from './app.mjs';
import { html } from './html.mjs';
import { Login, keptToken } from './login.mjs';
import { end, isAnswer } from './oidc.mjs';
import { Failure, Loading } from './parts.mjs';

function Main({ settings, problem }) {
  const [token, setToken] = useState(keptToken.get());
  const [denied, setDenied] = useState(problem);
  const leave = (message) => {
    keptToken.clear();
    setDenied(message);
    setToken('');
  };
  const enter = (entered) => {
    keptToken.set(entered);
    setDenied('');
    setToken(entered);
  };
  const source = useMemo(() => apiSource({
    fetch: (...all) => fetch(...all),
    token: () => keptToken.get(),
    onDenied: () => leave(settings.authorization === 'TOKEN' ? 'This token is not valid.' : 'The log-in has ended.'),
  }), []);
  if (!token) return html`<${Login} settings=${settings} problem=${denied} onToken=${enter} />`;
  return html`<${Session} source=${source} onLeave=${() => leave('')} key=${token} />`;
}

function Session({ source, onLeave }) {
  const [session, setSession] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    source.ask('/session').then(setSession, setError);
  }, [source]);
  if (error) return html`<main id="main" class="login"><h1>ecr-scan-reporter</h1><${Failure} error=${error} /><button type="button" onClick=${onLeave}>Log out</button></main>`;
  if (!session) return html`<main id="main" class="login"><${Loading} /></main>`;
  return html`<${App} source=${source} session=${session} onLeave=${onLeave} />`;
}

// The provider sends people back to `/` with a code; the address of the page before was kept.
async function returned(settings) {
  if (!isAnswer(location.search)) return '';
  const { origin, search } = location;
  history.replaceState(null, '', '/');
  try {
    const { token, hash } = await end({ settings, origin, search, storage: sessionStorage, fetch: (...all) => fetch(...all) });
    keptToken.set(token);
    history.replaceState(null, '', `/${hash}`);
    return '';
  } catch (error) {
    return error.message;
  }
}

const settings = await (await fetch('/assets/settings.json')).json();
const problem = await returned(settings);
render(html`<${Main} settings=${settings} problem=${problem} />`, document.getElementById('app'));
