// The form that suppresses a finding, and what can be undone.
import { useEffect, useRef, useState } from './vendor/hooks.mjs';
import { usePage } from './context.mjs';
import { dayAfter } from './format.mjs';
import { html } from './html.mjs';
import { JUSTIFICATIONS, KINDS, againOf, bodyOf, scopeOf } from './suppression.mjs';

const NAME = 'name-of-person';
const DEFAULT_DAYS = 90;
const WHEN = 'Lists and reports follow with the next build of the inventory.';

// A button, where the credentials may write; the form is about one vulnerability, and the place at which it was seen.
export function SuppressButton({ finding, repository = '', tags = [] }) {
  const { canEdit } = usePage();
  const [isOpen, setOpen] = useState(false);
  if (!canEdit) return null;
  return html`<button type="button" onClick=${() => setOpen(true)}>Suppress<span class="hidden"> ${finding.vulnerability}</span></button>
    ${isOpen && html`<${Form} finding=${finding} repository=${repository} tags=${tags} onClose=${() => setOpen(false)} />`}`;
}

function Form({ finding, repository, tags, onClose }) {
  const page = usePage();
  const { session, now } = page;
  const dialog = useRef(null);
  const [kind, setKind] = useState('accepted-risk');
  const [end, setEnd] = useState('day');
  const [error, setError] = useState(null);
  useEffect(() => dialog.current.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    if (values.createdBy) localStorage.setItem(NAME, values.createdBy);
    try {
      await add(page, bodyOf({ ...values, cve: finding.vulnerability }, session.subject));
      onClose();
    } catch (problem) {
      setError(problem);
    }
  };
  const id = `suppress-${finding.vulnerability}`;
  return html`<dialog ref=${dialog} aria-labelledby=${id} onClose=${onClose}>
    <form onSubmit=${submit}>
      <h2 id=${id}>Suppress ${finding.vulnerability}</h2>
      <label>Repository<input name="repository" value=${repository} placeholder="every repository" maxlength="512" /></label>
      <label>Tag<input name="tag" list="tags-of-image" placeholder="every tag" maxlength="512" /></label>
      <datalist id="tags-of-image">${tags.map((each) => html`<option value=${each} />`)}</datalist>
      <label>Package<input name="package" value=${finding.package ?? ''} placeholder="every package" maxlength="512" /></label>
      <label>Kind<select name="kind" value=${kind} onChange=${(event) => setKind(event.target.value)}>${options(KINDS)}</select></label>
      ${kind !== 'accepted-risk' && html`<label>Justification (OpenVEX)<select name="justification"><option value="">none</option>${options(JUSTIFICATIONS)}</select></label>`}
      <label>Reason<textarea name="reason" required maxlength="1000" rows="2"></textarea></label>
      <label>Until<select name="end" value=${end} onChange=${(event) => setEnd(event.target.value)}>
        <option value="day">a day</option><option value="fixed">a fix is known</option><option value="never">no end</option>
      </select></label>
      ${end === 'day' && html`<label>Last day<input type="date" name="day" required min=${dayAfter(0, now)} value=${dayAfter(DEFAULT_DAYS, now)} /></label>`}
      ${session.subject ? html`<p>It is made by ${session.subject}.</p>` : html`<label>Your name<input name="createdBy" required autocomplete="name" maxlength="512" value=${localStorage.getItem(NAME) ?? ''} /></label>`}
      <p class="detail">${WHEN}</p>
      ${error && html`<p class="failure" role="alert">${error.message}</p>`}
      <p class="buttons"><button type="submit" class="primary">Suppress</button><button type="button" onClick=${onClose}>Cancel</button></p>
    </form>
  </dialog>`;
}

function options(names) {
  return Object.entries(names).map(([value, text]) => html`<option value=${value}>${text}</option>`);
}

// Add a suppression, and offer to undo that.
export async function add(page, body) {
  const made = await page.source.write('POST', '/suppressions', body);
  page.refresh();
  page.notify({ text: `Suppressed: ${scopeOf(made)}. ${WHEN}`, undo: () => remove(page, made) });
}

// Remove a suppression, and offer to undo that.
export async function remove(page, suppression) {
  await page.source.write('DELETE', `/suppressions/${encodeURIComponent(suppression.id)}`);
  page.refresh();
  page.notify({
    text: `No longer suppressed: ${scopeOf(suppression)}. ${WHEN}`,
    undo: () => add(page, againOf(suppression, page.session.subject)),
  });
}
