// The card of one image: why it is urgent, which update fixes what, whose it is, where it runs.
import { useState } from '../vendor/hooks.mjs';
import { useAnswer, usePage } from '../context.mjs';
import { Filters } from '../filters.mjs';
import { STATUS_NAMES, ago, counted, day, deadline, describeCounts, imageName, minute, size, sum } from '../format.mjs';
import { html } from '../html.mjs';
import { findingTest } from '../matching.mjs';
import { Copy, Failure, Footer, Link, Loading, Marks, Severity, Table, Title, WebLink, useShown } from '../parts.mjs';
import { sorted, nextOrder } from '../sorting.mjs';
import { askedOf, changed } from '../state.mjs';
import { SuppressButton } from '../suppress.mjs';
import { reasons } from '../urgency.mjs';

export function Image() {
  const { place } = usePage();
  const { answer, error, isLoading, of } = useAnswer(askedOf(place));
  const isThis = of?.includes(encodeURIComponent(place.id));
  if (error) return html`<${Title}>Image<//><${Failure} error=${error} />`;
  if (!answer || !isThis) return html`<${Title}>Image<//><${Loading} />`;
  return html`
    ${answer.total > 1 && html`<${Title}>${counted(answer.total, 'image')} with this digest<//>`}
    ${answer.items.map((card) => html`<${Card} card=${card} isOnly=${answer.total === 1} isBusy=${isLoading} key=${card.region + card.registryId + card.repository} />`)}
    <${Footer} snapshot=${answer.snapshot} />`;
}

function Card({ card, isOnly, isBusy }) {
  const { now } = usePage();
  return html`<article class="card">
    ${isOnly ? html`<${Title}>${imageName(card)}<//>` : html`<h2>${imageName(card)} in ${card.region}</h2>`}
    <ul class="reasons" aria-label="Why it is urgent">
      ${reasons(card, now).map(({ level, text, query }) => html`<li class=${level}>${query ? html`<${Link} view="image" id=${card.imageDigest} query=${{ repository: card.repository, ...query }}>${text}<//>` : text}</li>`)}
    </ul>
    <${Facts} card=${card} />
    <${Updates} updates=${card.updates} />
    <h2>Findings</h2>
    <${Filters} />
    <${Findings} card=${card} isBusy=${isBusy} />
  </article>`;
}

function Facts({ card }) {
  const { now } = usePage();
  const facts = [
    ['Owner', card.owner || 'not known'],
    ['In use', card.isInUse == null ? 'not known' : card.isInUse ? html`yes${card.places.length > 0 && html`: <${Places} places=${card.places} />`}` : 'no'],
    ['Tags', card.imageTags.join(', ') || 'none'],
    ['Digest', html`<${Copy} text=${card.imageDigest} label="The digest" />`],
    ['Pull', html`<${Copy} text=${card.imageUri} label="The address" />`],
    ['Registry', `${card.registryId}, ${card.region}`],
    ['Scan', `${STATUS_NAMES[card.status] ?? card.status}${card.scannedAt ? `, ${ago(card.scannedAt, now)}` : ''}${card.scanDescription ? `: ${card.scanDescription}` : ''}`],
    ['Findings', describeCounts(card.counts) || 'none'],
    ['Suppressed', sum(card.suppressed) ? describeCounts(card.suppressed) : 'none'],
    ['Pushed', `${minute(card.pushedAt)}`],
    ['Pulled', card.pulledAt ? `${minute(card.pulledAt)}` : 'not known'],
    ['Size', size(card.sizeBytes)],
    ['Console', html`<${WebLink} address=${card.consoleUrl}>Open in the AWS console<//>`],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function Places({ places }) {
  const [shown, more] = useShown(places, 5);
  return html`${shown.map((each, index) => html`${index > 0 && ', '}<span class="address">${each}</span>`)} ${more}`;
}

function Updates({ updates }) {
  const todo = updates.filter((each) => each.fixedIn);
  const [shown, more] = useShown(todo, 10);
  if (!todo.length) return null;
  const columns = [{ label: 'Update' }, { label: 'to' }, { label: 'fixes' }, { label: 'which are', className: 'wide' }];
  const row = (each) => html`<tr key=${each.package + each.version + each.fixedIn}>
    <th scope="row"><span class="name">${each.package}</span><span class="detail">${each.version}</span></th>
    <td><strong>${each.fixedIn}</strong>${each.otherPackages.length > 0 && html`<span class="detail">also update ${each.otherPackages.join(', ')}</span>`}</td>
    <td>${describeCounts(each.counts) || 'nothing alone'}${sum(each.partialCounts) > 0 && html`<span class="detail">${describeCounts(each.partialCounts)} only in part</span>`}</td>
    <td class="wide"><span class="detail">${each.vulnerabilities.slice(0, 4).join(', ')}${each.vulnerabilities.length > 4 && ` and ${each.vulnerabilities.length - 4} more`}</span></td>
  </tr>`;
  return html`<h2>What to update</h2>
    <${Table} caption=${`${counted(todo.length, 'update')}, the most urgent first`} columns=${columns} rows=${shown} row=${row} />${more}`;
}

function Findings({ card, isBusy }) {
  const { place, go, canEdit } = usePage();
  const [open, setOpen] = useState('');
  const order = place.query.order ?? 'importance';
  const found = card.findings.filter(findingTest(place.query, 'included'));
  const [shown, more] = useShown(sorted(found, order));
  const columns = [
    { label: 'Vulnerability', sort: 'vulnerability' },
    { label: 'Severity', sort: 'severity' },
    { label: 'Why', sort: 'importance', direction: 'descending' },
    { label: 'Package', sort: 'package' },
    { label: 'Fixed in' },
    { label: 'Due', sort: 'due' },
    { label: 'First seen', className: 'wide' },
    ...(canEdit ? [{ label: 'Action' }] : []),
  ];
  const row = (each) => html`<${Finding} finding=${each} card=${card} isOpen=${open === keyOf(each)} onToggle=${() => setOpen(open === keyOf(each) ? '' : keyOf(each))} key=${keyOf(each)} />`;
  const onOrder = (name) => {
    const next = name === 'importance' ? '' : nextOrder(order, name);
    go({ ...place, query: changed(place.query, { order: next }) });
  };
  return html`<${Table} caption=${`${counted(found.length, 'finding')} of this filter`} columns=${columns} order=${order} onOrder=${onOrder} rows=${shown} row=${row} isBusy=${isBusy} />${more}`;
}

function keyOf(finding) {
  return [finding.vulnerability, finding.package, finding.version].join(' ');
}

function Finding({ finding, card, isOpen, onToggle }) {
  const { now, canEdit } = usePage();
  return html`<tr class=${finding.suppressedBy ? 'faded' : undefined}>
      <th scope="row"><${Link} view="vulnerability" id=${finding.vulnerability}>${finding.vulnerability}<//>
        <button type="button" class="plain" aria-expanded=${isOpen ? 'true' : 'false'} onClick=${onToggle}>Details<span class="hidden"> of ${finding.vulnerability} in ${finding.package}</span></button></th>
      <td><${Severity} value=${finding.severity} /></td>
      <td><${Marks} of=${finding} /></td>
      <td>${finding.package} <span class="detail">${finding.version}</span></td>
      <td>${finding.fixedIn || (finding.fixAvailable === 'NO' ? 'no fix' : '–')}</td>
      <td class=${finding.overdueDays ? 'late' : undefined}>${deadline(finding.dueOn, now) || '–'}</td>
      <td class="wide day">${day(finding.firstSeenAt)}</td>
      ${canEdit && html`<td>${!finding.suppressedBy && html`<${SuppressButton} finding=${finding} repository=${card.repository} tags=${card.imageTags} />`}</td>`}
    </tr>
    ${isOpen && html`<tr class="more"><td colspan="8">
      <p>${finding.description || 'It has no description.'}</p>
      <p>${finding.score != null && `CVSS ${finding.score}. `}${finding.alsoIn.length > 0 && `Also in ${finding.alsoIn.map((each) => `${each.package} ${each.version}`).join(', ')}. `}
        ${finding.knownExploited && `In KEV since ${finding.knownExploited.added}${finding.knownExploited.due ? `, US agencies must act until ${finding.knownExploited.due}` : ''}. `}
        ${finding.uri && html`<${WebLink} address=${finding.uri}>${finding.uri}<//>`}</p>
    </td></tr>`}`;
}
