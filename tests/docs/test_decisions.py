"""Each decision says when it was made, instead of what, and what it costs."""

import re
from datetime import date

import pytest

from tests.docs.markdown import ROOT

PAGE = (ROOT / "docs/explanation/decisions.md").read_text(encoding="utf-8")
DECISIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_there_are_decisions() -> None:
    assert len(DECISIONS) > 15


@pytest.mark.parametrize("title", DECISIONS)
def test_a_decision_has_its_date_its_alternatives_and_its_price(title: str) -> None:
    parts = [re.sub(r"\s+", " ", part) for part in DECISIONS[title].strip().split("\n\n")]
    [dated] = [part.removeprefix("**Date:** ") for part in parts if part.startswith("**Date:**")]
    assert date.fromisoformat(dated) >= date(2026, 11, 21)
    for label in ("**Alternatives:**", "**Price:**"):
        [said] = [part.removeprefix(label) for part in parts if part.startswith(label)]
        assert len(said.split()) >= 5
    assert any(not part.startswith("**") for part in parts), "says what was decided"
