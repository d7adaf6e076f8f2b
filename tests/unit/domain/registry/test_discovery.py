import pytest

from ecr_scan_reporter.domain.registry.discovery import Home, home_of


@pytest.mark.parametrize(
    ("arn", "home"),
    [
        ("arn:aws:lambda:eu-west-1:123456789012:function:scanner", Home("123456789012", "eu-west-1")),
        (
            "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:scanner:live",
            Home("123456789012", "us-gov-west-1"),
        ),
        ("arn:aws:lambda:eu-west-1:12345:function:scanner", None),
        ("arn:aws:iam::123456789012:role/scanner", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_function_says_in_its_arn_where_it_is(arn: object, home: Home | None) -> None:
    assert home_of(arn) == home
