"""The rules of a SARIF run: one for each vulnerability, as GitHub shows it.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
limits descriptions to 1,024 characters, and shows 10 tags of a rule.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ecr_scan_reporter.domain.exploits.scores import ATTRIBUTION
from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.findings.importance import describe_importance, sort_findings
from ecr_scan_reporter.domain.inventory.exports.cells import markdown_text
from ecr_scan_reporter.domain.severities import Severity, most_severe
from ecr_scan_reporter.domain.text import abridge, one_line, shorten

MAX_ID = 255
MAX_TITLE = 120
MAX_DESCRIPTION = 1000
MAX_URI = 2000
TAGS = ("security", "vulnerability", "container")
EXPLOITED_TAG, RANSOMWARE_TAG = "known-exploited", "ransomware"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}
# Without a score: the middle of each range of GitHub. 0.0 is no security severity to it.
SECURITY_SEVERITIES = {
    Severity.CRITICAL: 9.5,
    Severity.HIGH: 8.0,
    Severity.MEDIUM: 5.5,
    Severity.LOW: 2.0,
    Severity.INFORMATIONAL: 0.1,
}
_MAX_SCORE = 10.0
# The characters of https://www.rfc-editor.org/rfc/rfc3986, with whole percent-encodings.
_URI = re.compile(r"https?://(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")


def rule_id(finding: Finding) -> str:
    """Return the id of the finding's rule: the name of its vulnerability, on one line."""
    return shorten(one_line(finding.name), MAX_ID) or UNNAMED


def level(severity: Severity) -> str:
    """Return the level of a result: error for CRITICAL and HIGH, warning for MEDIUM, note for all others."""
    return LEVELS.get(severity, "note")


def security_severity(findings: Iterable[Finding]) -> str:
    """Return the number by which GitHub calls a rule critical, high, medium or low: the highest of its findings.

    It is the CVSS score, else a value for the severity. GitHub takes a text above 0.0 and up to 10.0.
    """
    return f"{max(map(_security_severity, findings), default=0.0):.1f}"


def _security_severity(finding: Finding) -> float:
    if finding.score is not None and 0 < finding.score <= _MAX_SCORE:
        return max(finding.score, 0.1)
    return SECURITY_SEVERITIES.get(finding.severity, 0.0)


def rule(findings: Sequence[Finding]) -> dict[str, Any]:
    """Write the rule of the findings of one vulnerability, at least one."""
    identity = rule_id(findings[0])
    text = next((finding.description for finding in findings if finding.description.strip()), "")
    known = abridge(text, MAX_DESCRIPTION)
    title, description = abridge(known, MAX_TITLE), known or identity
    reason = _reason(findings)
    uri = next((finding.uri for finding in findings if _is_link(finding.uri)), "")
    worst = most_severe(finding.severity for finding in findings) or Severity.UNDEFINED
    return {
        "id": identity,
        "shortDescription": {"text": f"{identity}: {title}" if title else identity},
        "fullDescription": {"text": description},
        **({"helpUri": uri} if uri else {}),
        "help": {
            "text": _paragraphs(reason, description, uri),
            "markdown": _paragraphs(
                f"**{markdown_text(identity)}**", *map(markdown_text, (reason, description)), f"<{uri}>" if uri else ""
            ),
        },
        "defaultConfiguration": {"level": level(worst)},
        "properties": {"security-severity": security_severity(findings), "tags": [*TAGS, *_tags(findings)]},
    }


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _reason(findings: Sequence[Finding]) -> str:
    """Say why the vulnerability is important, and name FIRST, as it asks, where EPSS is a part of it."""
    worst = sort_findings(findings)[0]
    reason = describe_importance(worst)
    return reason if worst.epss is None else f"{reason} ({ATTRIBUTION})"


def _tags(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the tags by which GitHub filters alerts: of what is known to be exploited (KEV)."""
    if any(finding.exploit for finding in findings):
        yield EXPLOITED_TAG
    if any(finding.exploit and finding.exploit.has_ransomware for finding in findings):
        yield RANSOMWARE_TAG


def _is_link(uri: str) -> bool:
    return len(uri) <= MAX_URI and _URI.fullmatch(uri) is not None
