// Why an image is urgent, in words, the most important reason first: KEV, exploits, EPSS, deadlines, severities.

import { SEVERITIES, counted, daysUntil, describeCounts, hasCounts, number, sum } from './format.mjs';

const MAX_NAMES = 3;

// Return the reasons, each with its `level` (alarm, warn, plain), its text, and the filter that shows what it counts.
export function reasons(card, now) {
  const open = card.findings.filter((each) => !each.suppressedBy);
  if (!hasCounts(card)) return [{ level: 'warn', text: 'Nothing is known of its findings: it has no scan result that was read.' }];
  return [...ofExploits(card, open), ...ofDeadlines(card, open, now), ...ofSeverities(card, open), ...ofUse(card, open)];
}

function ofExploits(card, open) {
  const found = [];
  const exploited = open.filter((each) => each.isExploited);
  if (exploited.length) {
    const byRansomware = exploited.some((each) => each.knownExploited?.ransomware) ? ', ransomware too' : '';
    found.push({
      level: 'alarm',
      text: `Attackers exploit ${counted(exploited.length, 'of its findings', 'of its findings')} (KEV)${byRansomware}: ${names(exploited)}.`,
      query: { exploited: 'true' },
    });
  }
  const withExploit = open.filter((each) => each.exploitAvailable && !each.isExploited);
  if (withExploit.length) found.push({ level: 'warn', text: `An exploit is available for ${names(withExploit)}.` });
  const likely = open.filter((each) => each.isLikely && !each.isExploited);
  if (likely.length) found.push({ level: 'warn', text: `Exploitation is likely by EPSS: ${names(likely)}.` });
  return found;
}

function ofDeadlines(card, open, now) {
  if (card.overdue) {
    const days = card.overdueSince ? `, the first since ${counted(-daysUntil(card.overdueSince, now), 'day')}` : '';
    return [{ level: 'alarm', text: `${counted(card.overdue, 'finding is', 'findings are')} overdue${days}.` }];
  }
  const next = open.map((each) => each.dueOn).filter(Boolean).sort()[0];
  return next ? [{ level: 'plain', text: `Nothing is overdue; the next deadline is ${next}.` }] : [];
}

function ofSeverities(card, open) {
  if (!sum(card.counts)) return [{ level: 'good', text: sum(card.suppressed) ? 'All of its findings are suppressed.' : 'Its scan found nothing.' }];
  const worst = SEVERITIES.find((each) => card.counts[each]);
  return [{
    level: worst === 'CRITICAL' ? 'warn' : 'plain',
    text: `${describeCounts(card.counts)}; ${fixes(card, open)}.`,
    query: { severity: worst },
  }];
}

// Basic scanning knows of no fixes: that is not the same as no fix.
function fixes(card, open) {
  if (card.fixable) return `${number(card.fixable)} of ${number(sum(card.counts))} have a fix`;
  return open.some((each) => each.fixAvailable) ? 'none has a fix yet' : 'whether there are fixes is not known';
}

function ofUse(card, open) {
  if (!open.length || card.isInUse == null) return [];
  if (!card.isInUse) return [{ level: 'plain', text: 'It does not run anywhere that is known.' }];
  return [{ level: 'warn', text: `It runs${card.places.length ? ` in ${counted(card.places.length, 'place')}` : ''}.` }];
}

function names(findings) {
  const all = [...new Set(findings.map((each) => each.vulnerability))];
  const more = all.length - MAX_NAMES;
  return all.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
