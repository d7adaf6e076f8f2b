"""One run of SARIF 2.1.0 for one image: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecr_scan_reporter.domain.findings.facts import MAX_PACKAGE, MAX_VERSION, describe_facts
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage
from ecr_scan_reporter.domain.inventory.exports.sarif_places import category, fingerprints, image_uri
from ecr_scan_reporter.domain.inventory.exports.sarif_rules import level, rule, rule_id
from ecr_scan_reporter.domain.text import abridge, many, one_line, shorten

TOOL = "ecr-scan-reporter"
MAX_TAGS = 20
MAX_REASON = 1000

# GitHub requires a region, and an image has no lines.
_REGION = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
# In a message, brackets make links, and single braces placeholders (sections 3.11.5 and 3.11.6).
_LINK, _BRACE = re.compile(r"[\\\[\]]"), re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class About:
    """What the runs of all images share: the copies of the feeds as JSON, the reason of each suppression by its id."""

    feeds: Mapping[str, Any]
    reasons: Mapping[str, str]


def importance(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings, the most urgent first, and the suppressed ones last."""
    return sorted(sort_findings(findings), key=lambda finding: bool(finding.suppressed_by))


def sarif_run(each: ImageFindings, *, most: int, about: About) -> dict[str, Any]:
    """Write the run of one image with its `most` most urgent findings.

    A run that lacks findings has their number in `properties.omittedResults`, and says so in a notification. Its
    properties also say of when KEV and EPSS are.
    """
    findings = importance(each.findings)
    prints = fingerprints(each.image.repository, findings)[:most]
    kept, omitted = findings[:most], len(findings[most:])
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in kept:
        by_rule[rule_id(finding)].append(finding)
    places = {identity: place for place, identity in enumerate(by_rule)}
    uri = image_uri(each.image)
    results = [
        _result(finding, uri) | {"ruleIndex": places[rule_id(finding)]} | _fingerprint(text)
        for finding, text in zip(kept, prints, strict=True)
    ]
    if any(finding.suppressed_by for finding in kept):
        # Of the results of a run, all have this member or none has (section 3.27.23).
        for finding, result in zip(kept, results, strict=True):
            result["suppressions"] = _suppressions(finding, about.reasons)
    return {
        "tool": {"driver": {"name": TOOL, "rules": [rule(found) for found in by_rule.values()]}},
        "automationDetails": {"id": category(each.image)},
        **({"invocations": [_invocation(len(kept), omitted)]} if omitted else {}),
        "results": results,
        "properties": {**_properties(each.image, omitted), **about.feeds},
    }


def _result(finding: Finding, uri: str) -> dict[str, Any]:
    return {
        "ruleId": rule_id(finding),
        "level": level(finding.severity),
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": _REGION}}],
    }


def _fingerprint(text: str) -> dict[str, Any]:
    return {"partialFingerprints": {"primaryLocationLineHash": text}}


def _message(finding: Finding) -> str:
    package = shorten(one_line(finding.package), MAX_PACKAGE) or "The image"
    version = shorten(one_line(finding.version), MAX_VERSION)
    subject = f"{package} {version}".strip()
    facts = ", ".join(describe_facts(finding))
    text = f"{subject} has {rule_id(finding)} ({finding.severity.lower()})" + (f": {facts}." if facts else ".")
    return _BRACE.sub(r"\g<0>\g<0>", _LINK.sub(r"\\\g<0>", text))


def _suppressions(finding: Finding, reasons: Mapping[str, str]) -> list[dict[str, str]]:
    if not finding.suppressed_by:
        return []
    reason = abridge(reasons.get(finding.suppressed_by, ""), MAX_REASON)
    by = f"Suppression {one_line(finding.suppressed_by)}"
    return [{"kind": "external", "justification": f"{by}: {reason}" if reason else by}]


def _invocation(kept: int, omitted: int) -> dict[str, Any]:
    text = f"{many(kept, 'result')} of {kept + omitted}: the {many(omitted, 'least urgent finding')} did not fit."
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}],
    }


def _properties(image: InventoryImage, omitted: int) -> dict[str, Any]:
    return {
        "registryId": image.repository.registry_id,
        "region": image.repository.region,
        "repository": image.repository.name,
        "imageDigest": image.digest,
        "imageTags": list(image.tags[:MAX_TAGS]),
        "omittedResults": omitted,
    }
