"""The API: who gets through to it, what its function may do, what is kept of calls."""

import json
from typing import Any

import pytest

from ecr_scan_reporter.web.openapi import openapi_document
from scripts.template_check.partitions import PARTITIONS
from scripts.template_check.source import as_list, statements
from scripts.template_check.stacks import Stack, stack
from scripts.template_check.transformation import transform
from tests.not_empty import not_empty
from tests.template.cloudformation import holds
from tests.template.declared import accepts, functions, resources, template, variables_of

TRANSFORMED = {partition.name: transform(template, partition.region) for partition in PARTITIONS}
JWT = {
    "ApiAuthorization": "JWT",
    "JwtIssuer": "https://login.example.com/pool",
    "JwtAudience": "ecr,ecr-page",
}
ALLOWED = {
    "ReadInventory": ({"s3:GetObject"}, "${FindingsBucket.Arn}/inventory/*"),
    "SeeMissingObjects": ({"s3:ListBucket"}, "FindingsBucket"),
    "OfferDownloads": ({"s3:GetObject", "s3:PutObject"}, "${FindingsBucket.Arn}/downloads/*"),
    "EditSuppressions": ({"dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteItem"}, "Suppressions"),
    "EditConfigs": (
        {"dynamodb:Scan", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"},
        "ScanConfigsTable",
    ),
}


def deployed(partition: str = "aws", **parameters: str) -> Stack:
    """Return the stack with the API."""
    (where,) = [each for each in PARTITIONS if each.name == partition]
    return stack(TRANSFORMED[partition], where, {"EnableApi": "True"} | parameters)


def routes(made: Stack) -> dict[str, str]:
    """Return the authorization of each route."""
    found = made.of_type("AWS::ApiGatewayV2::Route").values()
    return {each["RouteKey"]: each["AuthorizationType"] for each in found}


def only(made: Stack, kind: str) -> dict[str, Any]:
    """Return the properties of the only resource of a type."""
    (found,) = made.of_type(kind).values()
    return found


# --- who gets through ------------------------------------------------------------------------------------------------


def test_the_api_is_made_on_demand() -> None:
    kinds = ("AWS::ApiGatewayV2::", "AWS::SecretsManager::")
    optional = not_empty([each for each in resources.values() if each["Type"].startswith(kinds)])
    assert {holds(template, each["Condition"]) for each in optional} == {False}
    made = deployed()
    assert "HttpApi" in made.resources
    assert made.conditions["HasInventory"]


def test_with_tokens_every_route_leads_to_the_function_which_knows_them() -> None:
    made = deployed()
    assert routes(made) == {"$default": "NONE"}
    assert len(made.of_type("AWS::SecretsManager::Secret")) == 2
    assert made.of_type("AWS::ApiGatewayV2::Authorizer") == {}


@pytest.mark.parametrize(("parameters", "kind"), [({"ApiAuthorization": "IAM"}, "AWS_IAM"), (JWT, "JWT")])
def test_otherwise_api_gateway_asks_for_proof_but_for_what_is_public_and_for_feeds(
    parameters: dict[str, str], kind: str
) -> None:
    made = deployed(**parameters)
    found = routes(made)
    assert found.pop("$default") == kind
    public = {
        f"{method.upper()} {path}".replace("{file}", "{file+}")
        for path, methods in openapi_document()["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") == []
    }
    assert found == dict.fromkeys(not_empty(public) | {"GET /feed", "GET /findings/{id}", "GET /metrics"}, "NONE")
    # Feed readers have the token that reads; none writes.
    assert list(made.of_type("AWS::SecretsManager::Secret")) == ["ApiReadToken"]
    assert "ApiWriteTokenSecretArn" not in outputs(**parameters)


def outputs(**parameters: str) -> set[str]:
    """Return the outputs of a stack with the API."""
    values = {"EnableApi": "True"} | parameters
    found = template["Outputs"].items()
    return {name for name, each in found if "Condition" not in each or holds(template, each["Condition"], **values)}


def test_the_outputs_name_the_address_and_the_secrets() -> None:
    ours = {"ECRScanAPIEndpoint", "ApiFunctionName", "ApiReadTokenSecretArn", "ApiWriteTokenSecretArn"}
    assert ours <= outputs()
    assert ours.isdisjoint(outputs(EnableApi="False"))


def test_a_json_web_token_is_of_the_issuer_and_for_an_audience() -> None:
    made = deployed(**JWT)
    authorizer = only(made, "AWS::ApiGatewayV2::Authorizer")
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["JwtConfiguration"] == {
        "Issuer": "https://login.example.com/pool",
        "Audience": ["ecr", "ecr-page"],
    }
    (default,) = [each for each in made.of_type("AWS::ApiGatewayV2::Route").values() if each["RouteKey"] == "$default"]
    assert default["AuthorizerId"] == made.refs["HttpApiAuthorizer"]


def test_the_api_is_never_without_authorization() -> None:
    parameter = template["Parameters"]["ApiAuthorization"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("TOKEN", ["TOKEN", "IAM", "JWT"])
    assert variables_of("Api")["API_AUTHORIZATION"] == {"Ref": "ApiAuthorization"}


def test_tokens_are_generated_and_long_enough() -> None:
    for secret in deployed().of_type("AWS::SecretsManager::Secret").values():
        # 43 letters and digits are as hard to guess as a key of 256 bits.
        assert secret["GenerateSecretString"] == {"PasswordLength": 43, "ExcludePunctuation": True}
        assert "SecretString" not in secret


def test_only_api_gateway_calls_the_function_for_this_api() -> None:
    for partition in PARTITIONS:
        made = deployed(partition.name)
        found = [
            each
            for each in made.of_type("AWS::Lambda::Permission").values()
            if each["FunctionName"] == made.refs["Api"]
        ]
        (permission,) = found
        assert (permission["Action"], permission["Principal"]) == ("lambda:InvokeFunction", "apigateway.amazonaws.com")
        assert permission["SourceArn"].startswith(f"arn:{partition.name}:execute-api:")
        assert permission["SourceArn"].endswith(f":{made.refs['HttpApi']}/*")


def test_other_sites_may_call_only_when_they_are_named() -> None:
    assert "CorsConfiguration" not in only(deployed(), "AWS::ApiGatewayV2::Api")
    named = "https://a.example.com,https://b.example.com:8443"
    cors = only(deployed(ApiCorsOrigins=named), "AWS::ApiGatewayV2::Api")["CorsConfiguration"]
    assert cors["AllowOrigins"] == named.split(",")
    assert not cors.get("AllowCredentials")
    assert {"authorization", "content-type"} <= set(cors["AllowHeaders"])
    assert {"etag", "link"} <= set(cors["ExposeHeaders"])


@pytest.mark.parametrize("value", ["*", "http://a.example.com", "https://*", "null", "https://a.example.com/path"])
def test_no_other_site_is_named_by_mistake(value: str) -> None:
    assert not accepts("ApiCorsOrigins", value)


# --- how many, and what is kept --------------------------------------------------------------------------------------


def test_requests_are_throttled() -> None:
    stage = only(deployed(ApiRequestsPerSecond="5"), "AWS::ApiGatewayV2::Stage")
    settings = stage["DefaultRouteSettings"]
    assert (str(settings["ThrottlingRateLimit"]), settings["ThrottlingBurstLimit"]) == ("5", 100)


def test_calls_are_logged_without_anything_that_may_be_a_token() -> None:
    made = deployed()
    settings = only(made, "AWS::ApiGatewayV2::Stage")["AccessLogSettings"]
    assert settings["DestinationArn"] == made.arns["ApiAccessLogs"]
    line = json.loads(settings["Format"])
    assert {"requestId", "method", "path", "status", "ip"} <= line.keys()
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
    assert all(value.startswith("$context.") for value in line.values())
    assert not any(word in settings["Format"].lower() for word in ("header", "authorizer", "query", "authorization"))
    assert made.resources["ApiAccessLogs"]["Properties"]["RetentionInDays"]


def test_calls_without_a_right_raise_an_alarm() -> None:
    made = deployed(AlarmEmail="operators@example.com")
    (alarm,) = [
        each for each in made.of_type("AWS::CloudWatch::Alarm").values() if each.get("MetricName") == "ApiDenied"
    ]
    assert alarm["Namespace"] == "EcrScanReporter"
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions == {"service": "ecr-scan-reporter", "function_name": made.refs["Api"]}


# --- what the function may do ----------------------------------------------------------------------------------------


def test_the_function_may_do_this_and_nothing_else() -> None:
    granted = {each["Sid"]: each for each in statements(functions["Api"])}
    assert granted.keys() == ALLOWED.keys() | {"ReadTokens", "UseKey"}
    for sid, (actions, resource) in ALLOWED.items():
        statement = granted[sid]
        assert (statement["Effect"], set(as_list(statement["Action"]))) == ("Allow", actions)
        assert statement["Resource"] in ({"Fn::Sub": resource}, {"Fn::GetAtt": [resource, "Arn"]})


@pytest.mark.parametrize(("parameters", "secrets"), [({}, 2), (JWT, 1), ({"ApiAuthorization": "IAM"}, 1)])
def test_the_function_reads_its_own_secrets_alone(parameters: dict[str, str], secrets: int) -> None:
    (statement,) = [
        each for each in statements(deployed(**parameters).resources["ApiRole"]) if each.get("Sid") == "ReadTokens"
    ]
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert len(statement["Resource"]) == secrets
    assert "*" not in str(statement["Resource"])


def test_the_function_answers_before_api_gateway_gives_up() -> None:
    function, integration = functions["Api"]["Properties"], only(deployed(), "AWS::ApiGatewayV2::Integration")
    assert function["Timeout"] * 1000 < integration["TimeoutInMillis"] <= 30_000
    assert integration["PayloadFormatVersion"] == "2.0"


def test_downloads_are_deleted_after_a_day() -> None:
    rules = resources["FindingsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (rule,) = [each for each in rules if each.get("Prefix") == "downloads/"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
