"""Which suppressions concern an image, asked for every image of a registry."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions import rules
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.snapshot.writing import suppressions as writing
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions
from tests.unit.snapshot.registries import NOW

TODAY = NOW.date()
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
            found = match(cve, Severity.HIGH.rank, ("zlib",)) if match else ""
            assert found == (plain(cve, Severity.HIGH.rank, ("zlib",)) if plain else "")


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
