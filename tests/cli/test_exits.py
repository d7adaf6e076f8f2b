"""How the commands print errors."""

import io

import pytest
from rich.console import Console

from ecr_scan_reporter.cli.exits import explain, is_without_access, print_error
from ecr_scan_reporter.errors import DENIED_CODES, CallFailedError, InvalidInputError

DENIED = "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ecr:DescribeRepositories"


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("NoCredentialsError", "no AWS credentials were found: give --profile"),
        ("ExpiredTokenException", "the AWS credentials have expired: sign in"),
        ("SSOTokenLoadError", "there is no session of AWS IAM Identity Center: sign in"),
        ("UnrecognizedClientException", "AWS does not accept the credentials: give"),
        ("EndpointConnectionError", "there is no connection to AWS: check"),
    ],
)
def test_an_error_of_the_credentials_says_what_to_do_and_what_aws_said(code: str, begins: str) -> None:
    text = explain(CallFailedError("describe_repositories", code, "as AWS says it"))
    assert text.startswith(begins)
    assert text.endswith(f"({code}: as AWS says it)")


@pytest.mark.parametrize("code", sorted(DENIED_CODES))
def test_no_denied_call_is_named_by_the_code_alone(code: str) -> None:
    assert "scan failed" not in explain(CallFailedError("scan", code, DENIED))
    assert DENIED in explain(CallFailedError("scan", code, DENIED))


def test_a_denied_call_quotes_what_aws_says_of_user_and_action() -> None:
    error = CallFailedError("describe_repositories", "AccessDeniedException", DENIED)
    assert explain(error) == f"AWS denies a call: {DENIED}"


def test_other_errors_say_what_they_are() -> None:
    assert explain(CallFailedError("scan", "Odd", "text")) == "scan failed: Odd: text"
    error = InvalidInputError("the region", "x", "another")
    assert explain(error) == str(error)


@pytest.mark.parametrize("text", ["team/app:a: it failed", "[red]x[/red]", "[/]", ":smile:"])
def test_an_error_is_printed_as_it_is(text: str) -> None:
    shown = io.StringIO()
    print_error(Console(file=shown), text)
    assert shown.getvalue() == f"{text}\n"


@pytest.mark.parametrize(
    ("code", "is_without"),
    [("AccessDenied", True), ("EndpointConnectionError", True), ("ExpiredToken", True), ("ServerException", False)],
)
def test_permissions_credentials_and_the_network_are_access(code: str, is_without: bool) -> None:
    assert is_without_access(CallFailedError("scan", code, "text")) is is_without
