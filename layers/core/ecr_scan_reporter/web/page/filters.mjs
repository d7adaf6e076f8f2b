// The filters of a list: those that are set as chips, and a form for the others, which is closed at first.
import { usePage } from './context.mjs';
import { Link } from './parts.mjs';
import { FILTERS, VIEWS, changed, describeFilters, exportOf } from './state.mjs';
import { html } from './html.mjs';

const FORMAT_NAMES = { csv: 'CSV', ndjson: 'NDJSON', markdown: 'Markdown', sarif: 'SARIF' };

export function Filters() {
  const { place, go } = usePage();
  const chips = describeFilters(place);
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const values = Object.fromEntries(VIEWS[place.view].filters.map((name) => [name, valueOf(form, name)]));
    event.target.closest('details').open = false;
    go({ ...place, query: changed(place.query, values) });
  };
  return html`<div class="filters">
    <details>
      <summary>Filter</summary>
      <form onSubmit=${submit} key=${JSON.stringify(place.query)}>
        ${VIEWS[place.view].filters.map((name) => html`<${Field} name=${name} value=${place.query[name]} />`)}
        <button type="submit" class="primary">Apply</button>
      </form>
    </details>
    <${Export} />
    ${chips.length > 0 && html`<ul class="chips" aria-label="Active filters">
      ${chips.map(({ text, without }) => html`<li><${Link} view=${place.view} id=${place.id} query=${without} label=${`Remove the filter ${text}`}>${text} <span aria-hidden="true">×</span><//></li>`)}
      ${chips.length > 1 && html`<li><${Link} view=${place.view} id=${place.id} query=${cleared(place)}>Clear all<//></li>`}
    </ul>`}
  </div>`;
}

function Field({ name, value }) {
  const { label, options, hint, isList } = FILTERS[name];
  if (!options) return html`<label>${label}<input name=${name} value=${value ?? ''} placeholder=${hint} maxlength="512" /></label>`;
  const known = isList || !value || options.some(([each]) => each === value) ? options : [[value, value], ...options];
  return html`<label>${label}
    <select name=${name} multiple=${isList}>
      ${!isList && html`<option value="">any</option>`}
      ${known.map(([each, text]) => html`<option value=${each} selected=${isList ? (value ?? []).includes(each) : value === each}>${text}</option>`)}
    </select>
  </label>`;
}

function valueOf(form, name) {
  return FILTERS[name].isList ? form.getAll(name) : form.get(name)?.trim();
}

function cleared({ view, query }) {
  return changed(query, Object.fromEntries(VIEWS[view].filters.map((name) => [name, ''])));
}

// Downloads of exactly what is shown, on all pages.
function Export() {
  const { place, source, notify } = usePage();
  const formats = VIEWS[place.view].formats ?? [];
  if (source.isFile || !formats.length) return null;
  const save = async (format, details) => {
    details.open = false;
    notify({ text: `The export as ${FORMAT_NAMES[format]} is being made…` });
    try {
      const { location, content, name } = await source.download(exportOf(place, format));
      download(location ?? URL.createObjectURL(content), name);
      notify({ text: `The export as ${FORMAT_NAMES[format]} is ready.` });
    } catch (error) {
      notify({ text: error.message, isError: true });
    }
  };
  return html`<details class="menu">
    <summary>Export</summary>
    <div>${formats.map((each) => html`<button type="button" onClick=${(event) => save(each, event.target.closest('details'))}>${FORMAT_NAMES[each]}</button>`)}</div>
  </details>`;
}

function download(address, name) {
  const link = document.createElement('a');
  link.href = address;
  if (name) link.download = name;
  link.rel = 'noopener';
  link.click();
  // The download has begun with the click, and keeps what it needs.
  if (name) setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
