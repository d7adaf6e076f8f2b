// The page as a file: the same views, over the data inside.
import { render } from './vendor/preact.mjs';
import { App } from './app.mjs';
import { embeddedSource } from './embedded.mjs';
import { html } from './html.mjs';

const data = JSON.parse(document.getElementById('data').textContent);
render(html`<${App} source=${embeddedSource(data)} session=${data.session} />`, document.getElementById('app'));
