"""A run of the demo as a page: times and names that differ from run to run are replaced."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local import recording

BEGAN = datetime(2026, 11, 21, 16, 29, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("Done in 33 s.", "Done in ... s."),
        ("by the SAM CLI (11.3 s)", "by the SAM CLI (... s)"),
        ("Scanned 2026-11-21 16:29 UTC", "Scanned 2026-01-31 04:00 UTC"),
        ("Scanned 2026-11-21 16:31 UTC", "Scanned 2026-01-31 04:00 UTC"),
        ('"2026-11-20T14:30:05Z"', '"2026-01-30T02:00:00Z"'),
        ("s3://stack-findingsbucket-83278bd30b105/findings", "s3://stack-findingsbucket-0123456789abc/findings"),
        ("9 critical, 19 high in glibc 2.28-10", "9 critical, 19 high in glibc 2.28-10"),
        ("sha256:4728c2642e08 of 2026.03-model-v7", "sha256:4728c2642e08 of 2026.03-model-v7"),
    ],
)
def test_only_what_is_never_the_same_is_replaced(printed: str, shown: str) -> None:
    assert recording.comparable(printed, BEGAN) == shown


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 600])
def test_two_runs_of_the_same_look_the_same_whenever_they_began(seconds: int) -> None:
    def run(began: datetime) -> str:
        pushed, scanned = began + timedelta(seconds=3, hours=-36), began + timedelta(seconds=25)
        return f"Pushed {pushed:%Y-%m-%d %H:%M} UTC, scanned {scanned:%Y-%m-%dT%H:%M:%S}Z"

    later = BEGAN + timedelta(seconds=seconds)
    assert recording.comparable(run(BEGAN), BEGAN) == recording.comparable(run(later), later)


def test_each_rule_becomes_a_heading(tmp_path: Path) -> None:
    page = tmp_path / "demo.md"
    page.write_text("# The demo\n\n<!-- begin demo -->\nold\n<!-- end demo -->\nafter\n", encoding="utf-8")
    recording.write(page, "✓ ready (1 s)\n────── The schedule fires ──────\n  Scans 3  \n\n", BEGAN)
    assert page.read_text(encoding="utf-8") == (
        "# The demo\n\n<!-- begin demo -->\n\n```text\n✓ ready (... s)\n```\n\n"
        "## The schedule fires\n\n```text\n  Scans 3\n```\n\n<!-- end demo -->\nafter\n"
    )


def test_a_page_without_a_place_for_the_demo_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "demo.md"
    page.write_text("# The demo\n", encoding="utf-8")
    with pytest.raises(ValueError, match="0 places"):
        recording.write(page, "output", BEGAN)
