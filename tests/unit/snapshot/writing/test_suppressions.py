"""Which suppressions concern an image, asked for every image of a registry."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions import rules
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.suppressions.rules import Suppression, suppress
from ecr_scan_reporter.snapshot.writing import suppressions as writing
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions
from tests.unit.snapshot.registries import APP, NOW, MadeRegistry, build, made_image, suppression

TODAY = NOW.date()
EVERYTHING = ImageFilter(suppressed=SuppressedFindings.INCLUDED)
globs = st.sampled_from([None, "team/*", "team/app", "base"])
made = st.builds(
    Suppression,
    id=st.sampled_from(["a", "b", "c"]),
    cve=st.sampled_from(["CVE-1", "CVE-2", "CVE-*"]),
    repository=globs,
    tag=st.sampled_from([None, "1.*", "latest"]),
)


@given(
    st.lists(made, max_size=4, unique_by=lambda each: each.id),
    st.lists(st.tuples(st.sampled_from(["team/app", "base"]), st.lists(st.sampled_from(["1.0", "latest", "x"])))),
)
def test_each_image_has_the_first_that_concerns_it(
    suppressions: list[Suppression], images: list[tuple[str, list[str]]]
) -> None:
    known = Suppressions(suppressions, TODAY)
    for repository, tags in images:
        match = known.match(repository, tags)
        plain = rules.matcher(suppressions, repository=repository, tags=tags, today=TODAY)
        for cve in ("CVE-1", "CVE-2"):
            for is_fixable in (False, True):
                finding = (cve, Severity.HIGH.rank, ("zlib",), is_fixable)
                assert (match(*finding) if match else "") == (plain(*finding) if plain else "")


def test_those_for_every_tag_are_looked_at_once_for_a_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def applies_to(suppression: Suppression, repository: str, tags: Sequence[str] | None) -> bool:
        looked_at.append(suppression.id)
        return rules.applies_to(suppression, repository, tags)

    monkeypatch.setattr(writing, "applies_to", applies_to)
    known = Suppressions(
        [Suppression(f"{number:03d}", f"CVE-{number}", "no", None, "me", NOW) for number in range(100)], TODAY
    )
    matches = {known.match("team/app", [f"1.{image}"]) for image in range(50)}
    assert len(looked_at) == 100
    assert len(matches) == 1


UNFIXED = Finding("CVE-2024-1", Severity.HIGH, "openssl", "3.0.11", fix_available="NO")
FINDINGS = (
    UNFIXED,
    replace(UNFIXED, name="CVE-2024-2", fix_available="PARTIAL", fixed_in="3.0.12"),
    replace(UNFIXED, name="CVE-2024-3", fix_available="YES"),
    replace(UNFIXED, name="CVE-2024-4", fix_available="", fixed_in="3.0.12"),
)


@pytest.mark.parametrize(
    "ends", [[FIXED], [None, FIXED], [FIXED, None], [TODAY, FIXED, None, FIXED]], ids=["fixed", "to", "from", "often"]
)
def test_each_build_hides_what_the_reporter_hides_where_fixes_matter(ends: list[End], tmp_path: Path) -> None:
    for number, end in enumerate((None, *ends)):
        suppressions = [suppression("vendor", "CVE-2024-*", until=end)] if number else []
        registry = MadeRegistry([made_image(1, *FINDINGS)], suppressions=suppressions)
        expected = suppress(FINDINGS, repository=APP.name, tags=(), suppressions=suppressions, today=TODAY)
        with closing(build(registry, tmp_path, is_fresh=number == 0, generation=number + 1)) as inventory:
            (image,) = inventory.image_findings(EVERYTHING)
        found = {finding.name: finding.suppressed_by for finding in image.findings}
        assert found == {finding.name: finding.suppressed_by for finding in expected}
        assert sum(image.image.suppressed.values()) == sum(bool(finding.suppressed_by) for finding in expected)


def test_a_fix_that_becomes_known_ends_the_suppression_in_the_next_build(tmp_path: Path) -> None:
    suppressions = [suppression("vendor", until=FIXED)]
    for number, fix in enumerate(["NO", "YES", "NO"]):
        registry = MadeRegistry([made_image(1, replace(UNFIXED, fix_available=fix))], suppressions=suppressions)
        with closing(build(registry, tmp_path, is_fresh=number == 0, generation=number + 1)) as inventory:
            ((finding,),) = [image.findings for image in inventory.image_findings(EVERYTHING)]
        assert finding.suppressed_by == ("" if fix == "YES" else "vendor")
