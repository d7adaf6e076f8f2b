"""What else is known of a finding, in plain words."""

from collections.abc import Iterator

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.text import one_line

MAX_PACKAGES = 3

_FIXES = {"YES": "a fix is available", "NO": "no fix yet", "PARTIAL": "fixed in some of its packages"}


def describe_facts(finding: Finding) -> Iterator[str]:
    """Say what else is known of a finding: whether it can be fixed, whether it is exploited, since when it is known."""
    if finding.fixed_in:
        yield f"fixed in {one_line(finding.fixed_in)}"
    elif finding.fix_available:
        yield _FIXES.get(finding.fix_available, f"fix available: {one_line(finding.fix_available)}")
    if finding.exploit_available:
        yield "an exploit is known"
    if finding.epss is not None:
        yield f"EPSS {finding.epss:.2f}"
    if finding.also:
        packages = ", ".join(one_line(f"{package} {version}") for package, version in finding.also[:MAX_PACKAGES])
        more = len(finding.also) - MAX_PACKAGES
        yield f"also in {packages} and {more} more" if more > 0 else f"also in {packages}"
