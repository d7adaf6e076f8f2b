"""A check as JUnit XML: a suite for each image, a case for each condition and for each finding that fails the gate.

GitLab, AWS CodeBuild and Jenkins read it. No schema is official; the elements and attributes here are in all of these:
https://github.com/windyroad/JUnit-Schema and https://llg.cubic.org/docs/junit/
"""

import re
from collections.abc import Iterator
from datetime import UTC
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage
from ecr_scan_reporter.domain.gate.judgement import Outcome
from ecr_scan_reporter.domain.gate.words import (
    check_facts,
    describe_breaches,
    headline,
    image_facts,
    known_of,
    warnings,
)
from ecr_scan_reporter.domain.text import one_line, shorten

MAX_CASES = 1_000
MAX_NAME = 300
# The characters of XML 1.0: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_document(check: Check) -> str:
    """Return the XML. A scan that has no result, and a condition that cannot be judged, are errors and no failures."""
    root = Element("testsuites")
    for number, image in enumerate(check.images or (None,)):
        root.append(_suite(check, image, number))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(check: Check, image: CheckedImage | None, number: int) -> Element:
    name = check.name_of(image) if image else check.name
    cases = [*_cases(check, image, name)]
    suite = Element(
        "testsuite",
        {
            "id": str(number),
            "name": _text(name),
            "package": "ecr-scan-reporter",
            "hostname": "ecr",
            "timestamp": check.checked_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "tests": str(len(cases)),
            "failures": str(sum(case.find("failure") is not None for case in cases)),
            "errors": str(sum(case.find("error") is not None for case in cases)),
            "time": "0",
        },
    )
    properties = SubElement(suite, "properties")
    for key, value in (*(image_facts(image) if image else ()), *check_facts(check)):
        SubElement(properties, "property", {"name": key, "value": _text(value)})
    suite.extend(cases)
    SubElement(suite, "system-out").text = _text("\n".join((headline(check), *warnings(check, check.checked_at))))
    SubElement(suite, "system-err")
    return suite


def _cases(check: Check, image: CheckedImage | None, suite: str) -> Iterator[Element]:
    problem = check.problem or (image.problem if image else "")
    scan = _case(suite, "scan")
    if problem or image is None:
        _add(scan, "error", problem or "there is no image", "notScanned")
    yield scan
    if image is None or image.result is None:
        return
    for outcome in image.judgement.outcomes:
        yield _condition(suite, outcome, is_error=check.policy.is_explicit)
    breaching = image.judgement.breaching
    for finding in breaching[:MAX_CASES]:
        yield _finding(check, image, suite, finding)
    if len(breaching) > MAX_CASES:
        case = _case(suite, "further findings")
        _add(case, "failure", f"and {len(breaching) - MAX_CASES} further findings that fail the gate", "findings")
        yield case


def _condition(suite: str, outcome: Outcome, *, is_error: bool) -> Element:
    case = _case(suite, f"condition {outcome.condition}")
    if outcome.is_breached:
        names = ", ".join(dict.fromkeys(finding.name for finding in outcome.findings[:20]))
        _add(case, "failure", str(outcome), "condition", f"{outcome}: {names}")
    elif not outcome.is_judged and is_error:
        _add(case, "error", f"cannot be judged: {outcome.unknown}", "notJudged")
    return case


def _finding(check: Check, image: CheckedImage, suite: str, finding: Finding) -> Element:
    package = f"{finding.package} {finding.version}".strip() or "package not known"
    case = _case(suite, f"{finding.name} in {package}")
    conditions = describe_breaches(image, finding)
    known = known_of(check, finding) or finding.severity.lower()
    text = "\n".join(filter(None, (known, f"counted by {conditions}", finding.uri, finding.description)))
    _add(case, "failure", f"{finding.severity.lower()} {finding.name} in {package}", "finding", text)
    return case


def _case(suite: str, name: str) -> Element:
    return Element(
        "testcase", {"classname": _text(suite), "name": _text(shorten(one_line(name), MAX_NAME)), "time": "0"}
    )


def _add(case: Element, kind: str, message: str, type_: str, text: str = "") -> None:
    SubElement(case, kind, {"message": _text(one_line(message)), "type": type_}).text = _text(text or message)


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
