// The page itself: its head, the view that the address names, what it has to say.
import { useEffect, useMemo, useState } from './vendor/hooks.mjs';
import { PageContext, linksFrom, usePage } from './context.mjs';
import { html } from './html.mjs';
import { Link } from './parts.mjs';
import { interpret } from './search.mjs';
import { VIEWS, formatHash, parseHash } from './state.mjs';
import { Changes } from './views/changes.mjs';
import { Findings, Vulnerability } from './views/findings.mjs';
import { Image } from './views/image.mjs';
import { Images } from './views/images.mjs';
import { Morning } from './views/morning.mjs';
import { Repositories } from './views/repositories.mjs';
import { Search } from './views/search.mjs';
import { Suppressions } from './views/suppressions.mjs';
import { Vulnerabilities } from './views/vulnerabilities.mjs';

const VIEW_PARTS = {
  morning: Morning, images: Images, image: Image, vulnerabilities: Vulnerabilities, vulnerability: Vulnerability,
  findings: Findings, changes: Changes, repositories: Repositories, suppressions: Suppressions, search: Search,
};
const MENU = ['morning', 'images', 'vulnerabilities', 'repositories', 'changes', 'suppressions'];
const PARENTS = { image: 'images', vulnerability: 'vulnerabilities', findings: 'vulnerabilities' };

// `onLeave` ends the session; a file has none.
export function App({ source, session, onLeave }) {
  const [place, setPlace] = useState(() => parseHash(location.hash));
  const [notice, setNotice] = useState({ text: '' });
  const [revision, setRevision] = useState(0);
  useEffect(() => {
    const move = () => setPlace(parseHash(location.hash));
    addEventListener('hashchange', move);
    return () => removeEventListener('hashchange', move);
  }, []);
  useEffect(() => setNotice((before) => (before.isError ? { text: '' } : before)), [place]);
  useTheme(place.theme);
  const page = useMemo(() => ({
    place, source, session, revision,
    now: Date.now(),
    canEdit: session.canWrite && !source.isFile,
    linkTo: linksFrom(place),
    notify: setNotice,
    refresh: () => setRevision((before) => before + 1),
    go: (to, { replaces = false } = {}) => {
      const hash = formatHash({ ...to, theme: to.theme ?? place.theme });
      if (replaces) location.replace(hash);
      else location.hash = hash;
    },
  }), [place, source, session, revision]);
  const View = VIEW_PARTS[place.view];
  return html`<${PageContext.Provider} value=${page}>
    <a class="skip" href="#main" onClick=${toMain}>To the content</a>
    <${Head} session=${session} onLeave=${onLeave} isFile=${source.isFile} />
    <main id="main" tabindex="-1"><${View} key=${place.view} /></main>
    <${Notice} notice=${notice} onClose=${() => setNotice({ text: '' })} notify=${setNotice} />
  <//>`;
}

// The address has the place: a link to a part of the page would leave it.
function toMain(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

function Head({ session, onLeave, isFile }) {
  const [text, setText] = useState('');
  const { place } = usePage();
  const submit = (event) => {
    event.preventDefault();
    location.hash = formatHash({ ...interpret(text), theme: place.theme });
    setText('');
  };
  const current = PARENTS[place.view] ?? place.view;
  return html`<header>
    <p class="brand"><${Link} view="morning">ecr-scan-reporter<//> <span class="detail">${[session.registryId, session.region].filter(Boolean).join(' · ')}</span></p>
    <form role="search" onSubmit=${submit}>
      <label><span class="hidden">Where is: a CVE, a package, an image, or is:exploited severity:high</span>
        <input type="search" value=${text} onInput=${(event) => setText(event.target.value)} placeholder="Where is CVE-2021-44228, openssl, team/app:1.2, is:exploited" maxlength="512" /></label>
      <button type="submit">Find</button>
    </form>
    <nav aria-label="Views"><ul>
      ${MENU.map((each) => html`<li><${Link} view=${each} current=${each === current ? 'page' : undefined}>${isFile && each === 'morning' ? 'Overview' : VIEWS[each].title}<//></li>`)}
    </ul></nav>
    <p class="session"><${ThemeSwitch} />${onLeave && html`<button type="button" onClick=${onLeave}>Log out</button>`}
      <span class="detail">${session.subject}${!session.canWrite && onLeave && ' read only'}</span></p>
  </header>`;
}

function ThemeSwitch() {
  const { place } = usePage();
  const isDark = place.theme ? place.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = isDark ? 'light' : 'dark';
  return html`<a class="button" href=${formatHash({ ...place, theme })}>${isDark ? 'Light' : 'Dark'}<span class="hidden"> colours</span></a>`;
}

function useTheme(theme) {
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  }, [theme]);
}

// The region is always there: what is put into it later is read aloud.
function Notice({ notice, onClose, notify }) {
  const undo = async () => {
    onClose();
    try {
      await notice.undo();
    } catch (error) {
      notify({ text: error.message, isError: true });
    }
  };
  return html`<div class=${`notice${notice.text ? '' : ' empty'}${notice.isError ? ' failure' : ''}`}>
    <span role="status" aria-live="polite">${notice.text}</span>
    ${notice.undo && html`<button type="button" onClick=${undo}>Undo</button>`}
    ${notice.text && html`<button type="button" onClick=${onClose}>Close</button>`}
  </div>`;
}
