"""The settings of api."""

import pytest

from ecr_scan_reporter.domain.inventory.measures import MetricsDetail
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.api import ApiSettings, Authorization

STORES = {"FINDINGS_BUCKET": "findings", "SUPPRESSIONS_TABLE": "suppressions", "SCAN_CONFIGS_TABLE": "configs"}
SECRETS = {"API_READ_TOKEN_SECRET": "arn:read", "API_WRITE_TOKEN_SECRET": "arn:write"}
REQUIRED = STORES | SECRETS


def test_api_needs_its_stores_and_by_default_two_tokens() -> None:
    assert ApiSettings.from_environment(REQUIRED) == ApiSettings(
        findings_bucket="findings",
        suppressions_table="suppressions",
        configs_table="configs",
        authorization=Authorization.TOKEN,
        read_token_secret="arn:read",
        write_token_secret="arn:write",
        issuer="",
        client_id="",
        write_scope="",
        token_origin="",
        metrics_detail=MetricsDetail.REPOSITORY,
        registry_id="",
        region="",
    )


def test_every_variable_of_api_is_read() -> None:
    optional = {
        "API_AUTHORIZATION": "jwt",
        "JWT_ISSUER": "https://login.example.com",
        "JWT_WRITE_SCOPE": "ecr/write",
        "OIDC_CLIENT_ID": "client",
        "OIDC_TOKEN_ORIGIN": "https://tokens.example.com",
        "METRICS_DETAIL": "image",
        "ECR_REGISTRY_ID": "123456789012",
        "AWS_REGION": "eu-west-1",
    }
    settings = ApiSettings.from_environment(REQUIRED | optional)
    assert settings.authorization is Authorization.JWT
    assert (settings.issuer, settings.client_id) == ("https://login.example.com", "client")
    assert (settings.write_scope, settings.token_origin) == ("ecr/write", "https://tokens.example.com")
    assert settings.metrics_detail is MetricsDetail.IMAGE
    assert (settings.registry_id, settings.region) == ("123456789012", "eu-west-1")


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{name} is not set"):
        ApiSettings.from_environment(REQUIRED | {name: " "})


@pytest.mark.parametrize("authorization", ["IAM", "JWT"])
def test_without_tokens_no_secret_is_needed_and_none_writes(authorization: str) -> None:
    variables = STORES | {"API_AUTHORIZATION": authorization}
    settings = ApiSettings.from_environment(variables)
    assert (settings.read_token_secret, settings.write_token_secret) == ("", "")
    settings = ApiSettings.from_environment(variables | SECRETS)
    assert (settings.read_token_secret, settings.write_token_secret) == ("arn:read", "")


@pytest.mark.parametrize("value", ["NONE", "OFF", "token,iam", "0"])
def test_the_api_is_never_without_authorization(value: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^API_AUTHORIZATION is .*: allowed is one of TOKEN, IAM, JWT$"):
        ApiSettings.from_environment(REQUIRED | {"API_AUTHORIZATION": value})
    assert ApiSettings.from_environment(REQUIRED | {"API_AUTHORIZATION": ""}).authorization is Authorization.TOKEN
