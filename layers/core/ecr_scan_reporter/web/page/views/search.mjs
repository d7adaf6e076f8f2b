// What a word may mean: each question has its own count, which leads to its list.
import { useAnswer, usePage } from '../context.mjs';
import { counted } from '../format.mjs';
import { html } from '../html.mjs';
import { Failure, ImageLink, Link, Loading, Title } from '../parts.mjs';
import { questions } from '../search.mjs';
import { askedOf } from '../state.mjs';

const SHOWN = 5;

export function Search() {
  const { place } = usePage();
  const word = place.query.q ?? '';
  return html`<${Title}>Search for ${word}<//>
    <div class="results">${questions(word).map((each) => html`<${Result} ...${each} key=${each.title + word} />`)}</div>`;
}

function Result({ title, view, query }) {
  const { answer, error } = useAnswer(askedOf({ view, id: '', query }, SHOWN));
  const isOfImages = view === 'images';
  return html`<section><h2>${title}</h2>
    ${error && html`<${Failure} error=${error} />`}
    ${!error && !answer && html`<${Loading} />`}
    ${answer && !answer.total && html`<p class="none">Nothing is called so.</p>`}
    ${answer?.total > 0 && html`<ul class="plain">${answer.items.map((each) => html`<li>${isOfImages ? html`<${ImageLink} image=${each} />` : html`<${Link} view="vulnerability" id=${each.vulnerability}>${each.vulnerability}<//> <span class="detail">${each.packages.join(', ')}</span>`}</li>`)}</ul>
      <p><${Link} view=${view} query=${query}>${isOfImages ? counted(answer.total, 'image') : counted(answer.total, 'vulnerability', 'vulnerabilities')}<//></p>`}
  </section>`;
}
