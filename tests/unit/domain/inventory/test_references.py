import pytest

from ecr_scan_reporter.domain.inventory.references import NamedImage, parse_reference
from ecr_scan_reporter.errors import InvalidInputError

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("team/app:1.0", NamedImage("team/app", tag="1.0")),
        (f"team/app@{DIGEST}", NamedImage("team/app", DIGEST)),
        (DIGEST, NamedImage(digest=DIGEST)),
        ("abcdef", NamedImage(digest="abcdef")),
        ("sha256:abcdef", NamedImage(digest="sha256:abcdef")),
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0",
            NamedImage("team/app", tag="1.0", registry=("123456789012", "eu-west-1")),
        ),
        (
            f"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app@{DIGEST}",
            NamedImage("team/app", DIGEST, registry=("123456789012", "cn-north-1")),
        ),
    ],
)
def test_an_image_is_named_in_many_ways(text: str, named: NamedImage) -> None:
    assert parse_reference(text) == named


@pytest.mark.parametrize("text", ["", "team/app", "abc", "team/app:", ":1.0", "@sha256:abcdef", "team/app@latest"])
def test_what_names_no_image_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="repository:tag"):
        parse_reference(text)


def test_half_of_a_surrogate_pair_names_no_image() -> None:
    with pytest.raises(InvalidInputError, match="UTF-8"):
        parse_reference("team/app:\ud83d")
