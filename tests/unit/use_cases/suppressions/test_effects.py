from dataclasses import replace
from datetime import date, timedelta

from ecr_scan_reporter.domain.findings.stored_result import StoredResult
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.use_cases.suppressions.effects import HiddenFindings, hidden_findings
from tests.unit.samples import DIGEST, FINDINGS, IMAGE_ID, NOW, REPOSITORY
from tests.unit.use_cases.suppressions.store import suppression

OTHER = ImageId(replace(REPOSITORY, name="other"), DIGEST)
RESULTS = [
    StoredResult(IMAGE_ID, ("1.2",), NOW, FINDINGS),
    StoredResult(OTHER, (), NOW, tuple(replace(finding, suppressed_by="another") for finding in FINDINGS[1:])),
]


def test_the_findings_of_each_image_that_match_are_counted() -> None:
    everything = replace(suppression("a"), cve="*")
    assert hidden_findings(everything, RESULTS, now=NOW) == HiddenFindings(5, 2, 5)
    assert hidden_findings(replace(everything, repository="team/*"), RESULTS, now=NOW) == HiddenFindings(3, 1, 5)
    assert hidden_findings(replace(everything, tag="1.*"), RESULTS, now=NOW) == HiddenFindings(3, 1, 5)
    assert hidden_findings(suppression("a"), RESULTS, now=NOW) == HiddenFindings(1, 1, 5)


def test_a_suppression_that_has_ended_hides_nothing() -> None:
    ended = replace(suppression("a"), until=date(2026, 1, 31))
    assert hidden_findings(ended, RESULTS, now=NOW).findings == 1
    assert hidden_findings(ended, RESULTS, now=NOW + timedelta(days=1)) == HiddenFindings(0, 0, 5)
