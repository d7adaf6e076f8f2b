"""An HTTP API of a stack is served at the root of a port of its own, and invokes its function as in AWS."""

import base64
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.identity import ACCOUNT, REGION
from local.running import Emulator, running_emulator

pytestmark = pytest.mark.e2e

TEMPLATE = Path(__file__).with_name("http_api.yaml")
STACK = "made-up"
ALLOWED_PAGE = "https://page.example.com"
Document = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """The answer to a request."""

    status: int
    headers: Message
    body: bytes

    @property
    def document(self) -> Document:
        """The body as JSON: of the made-up function, the event that it got."""
        document: Document = json.loads(self.body)
        return document


@dataclass(frozen=True)
class Api:
    """The API of the deployed template."""

    emulator: Emulator
    outputs: Mapping[str, str]

    def call(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send a request as it is, and return the answer, whatever its status."""
        request = urllib.request.Request(self.emulator.api_url + path, body, dict(headers or {}), method=method)
        trust = urllib.request.HTTPSHandler(context=self.emulator.trust())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trust)
        try:
            with opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def call_signed(self, path: str, key_id: str, secret: str) -> Answer:
        """Send a request that is signed with a key."""
        request = AWSRequest("GET", self.emulator.api_url + path)
        SigV4Auth(Credentials(key_id, secret), "execute-api", REGION).add_auth(request)
        return self.call(path, headers=dict(request.headers))


class Issuer:
    """Publishes the key with which it signs tokens, as an OIDC provider does."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self.url = ""

    @contextmanager
    def published(self) -> Iterator["Issuer"]:
        """Serve the key until the end of the block."""
        numbers = self._key.public_key().public_numbers()
        modulus, exponent = (
            _base64url(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (numbers.n, numbers.e)
        )
        keys = {"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "n": modulus, "e": exponent}]}
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(found if "openid" in self.path else keys).encode())

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the class before it
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.url = f"http://127.0.0.1:{server.server_port}"
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            yield self
            server.shutdown()

    def token(self, **claims: object) -> str:
        """Sign a token that is valid for a minute, with these claims."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": "page", "iat": now, "exp": now + 60, "scope": "read"} | claims
        parts = ({"alg": "RS256", "kid": "1"}, claims)
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{_base64url(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer().published() as published:
        yield published


@pytest.fixture(scope="module")
def api(issuer: Issuer) -> Iterator[Api]:
    """The template, deployed to a local AWS with TLS and IAM on."""
    with running_emulator(has_tls=True, has_iam=True) as emulator:
        stacks = emulator.client("cloudformation")
        stacks.create_stack(
            StackName=STACK,
            TemplateBody=TEMPLATE.read_text(),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": "Issuer", "ParameterValue": issuer.url}],
        )
        stacks.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
        described = stacks.describe_stacks(StackName=STACK)["Stacks"][0]
        yield Api(emulator, {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]})


def test_a_port_without_an_api_knows_no_path() -> None:
    with running_emulator() as emulator:
        answer = Api(emulator, {}).call("/_local/ecr/calls")
    assert (answer.status, answer.document) == (404, {"message": "Not Found"})


def test_every_path_of_the_port_belongs_to_the_api(api: Api) -> None:
    for path in ("/", "/_local/ecr/calls", "/_ministack/health", "/health"):
        answer = api.call(path)
        assert (answer.status, answer.document["rawPath"]) == (200, path)


def test_the_event_has_everything_that_aws_puts_into_it(api: Api) -> None:
    headers = {"Cookie": "a=1; b=2", "X-Forwarded-For": "192.0.2.1", "User-Agent": "a browser"}
    event = api.call("/assets/a/b.js", headers=headers).document
    host = api.emulator.api_url.removeprefix("https://")
    assert event["version"] == "2.0"
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["routeKey"] == "GET /assets/{proxy+}"
    assert event["pathParameters"] == {"proxy": "a/b.js"}
    assert "cookie" not in event["headers"]
    assert event["headers"]["host"] == host
    assert event["headers"]["content-length"] == "0"
    assert event["headers"]["x-forwarded-for"] == "192.0.2.1, 127.0.0.1"
    assert event["headers"]["x-forwarded-port"] == host.rpartition(":")[2]
    assert event["headers"]["x-forwarded-proto"] == "https"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", event["headers"]["x-amzn-trace-id"])
    context = event["requestContext"]
    assert (context["domainName"], context["domainPrefix"]) == (host, api.outputs["ApiId"])
    assert (context["accountId"], context["apiId"], context["stage"]) == (ACCOUNT, api.outputs["ApiId"], "$default")
    http = context["http"]
    assert (http["method"], http["path"], http["sourceIp"]) == ("GET", "/assets/a/b.js", "127.0.0.1")
    assert http["userAgent"] == "a browser"


def test_what_a_request_does_not_have_is_not_in_the_event(api: Api) -> None:
    event = api.call("/anything").document
    assert event["routeKey"] == "$default"
    assert event["rawQueryString"] == ""
    assert event["isBase64Encoded"] is False
    missing = {"body", "cookies", "pathParameters", "queryStringParameters", "stageVariables"}
    assert not missing & set(event)


def test_the_path_is_decoded_but_for_the_percent_sign(api: Api) -> None:
    assert api.call("/images/team%2Fapp%20%C3%A9%253A").document["rawPath"] == "/images/team/app é%253A"


def test_repeated_parameters_are_joined_and_the_query_is_kept_as_it_was_sent(api: Api) -> None:
    event = api.call("/images?status=DUE&status=FAILED&tag=a%2Cb+c&empty=").document
    assert event["queryStringParameters"] == {"status": "DUE,FAILED", "tag": "a,b c", "empty": ""}
    assert event["rawQueryString"] == "status=DUE&status=FAILED&tag=a%2Cb+c&empty="


@pytest.mark.parametrize(
    ("content_type", "sent", "got"),
    [
        ("application/json; charset=utf-8", '{"é": 1}'.encode(), ('{"é": 1}', False)),
        ("application/problem+json", b"{}", ("e30=", True)),
        ("application/x-www-form-urlencoded", b"a=1", ("YT0x", True)),
        ("application/octet-stream", b"\x00\xff", ("AP8=", True)),
    ],
)
def test_a_body_is_text_or_base64_by_its_type(api: Api, content_type: str, sent: bytes, got: tuple[str, bool]) -> None:
    event = api.call("/", "POST", {"Content-Type": content_type}, sent).document
    assert (event["body"], event["isBase64Encoded"]) == got


def test_a_base64_answer_is_decoded(api: Api) -> None:
    answer = api.call("/image")
    assert (answer.body, answer.headers["content-type"]) == (b"\x00\x01\xff", "image/x")


def test_each_cookie_of_an_answer_is_a_header(api: Api) -> None:
    assert api.call("/session").headers.get_all("set-cookie") == ["a=1; Secure", "b=2"]


def test_an_answer_may_be_not_modified(api: Api) -> None:
    answer = api.call("/known")
    assert (answer.status, answer.headers["etag"], answer.body) == (304, '"1"', b"")


def test_head_reaches_the_function_and_its_answer_has_no_body(api: Api) -> None:
    whole, answer = api.call("/image"), api.call("/image", "HEAD")
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "image/x", b"")
    assert whole.body


def test_an_error_of_the_function_is_not_told(api: Api) -> None:
    answer = api.call("/broken")
    assert (answer.status, answer.document) == (500, {"message": "Internal Server Error"})
    assert answer.headers["content-type"] == "application/json"


def test_a_function_is_not_invoked_without_permission_for_the_route(api: Api) -> None:
    answer = api.call("/closed")
    assert (answer.status, answer.document) == (500, {"message": "Internal Server Error"})
    assert api.call("/open").body == b"nobody may call me"


def test_an_open_route_takes_any_authorization_header_to_the_function(api: Api) -> None:
    for value in ("Bearer x", "Basic dTpw", "AWS4-HMAC-SHA256 nonsense"):
        assert api.call("/", headers={"Authorization": value}).document["headers"]["authorization"] == value


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic dTpw"}])
def test_a_route_with_iam_refuses_what_is_not_signed(api: Api, headers: dict[str, str]) -> None:
    answer = api.call("/signed/a", headers=headers)
    assert (answer.status, answer.document) == (403, {"message": "Forbidden"})


def test_a_route_with_iam_asks_for_the_policy_of_the_caller_and_names_it(api: Api) -> None:
    users = api.emulator.client("iam")
    users.create_user(UserName="caller")
    key = users.create_access_key(UserName="caller")["AccessKey"]
    assert api.call_signed("/signed/a", key["AccessKeyId"], key["SecretAccessKey"]).status == 403
    resource = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.outputs['ApiId']}/*/GET/signed/*"
    allowed = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    users.put_user_policy(UserName="caller", PolicyName="call", PolicyDocument=policy)
    assert api.call_signed("/signed/a", key["AccessKeyId"], "another secret").status == 403
    answer = api.call_signed("/signed/a", key["AccessKeyId"], key["SecretAccessKey"])
    assert answer.status == 200
    caller = answer.document["requestContext"]["authorizer"]["iam"]
    assert (caller["accountId"], caller["accessKey"]) == (ACCOUNT, key["AccessKeyId"])
    assert caller["userArn"] == f"arn:aws:iam::{ACCOUNT}:user/caller"


def test_a_route_with_tokens_takes_those_of_its_issuer_and_gives_their_claims(api: Api, issuer: Issuer) -> None:
    headers = {"Authorization": f"Bearer {issuer.token(sub='ada', groups=['a', 'b'])}"}
    answer = api.call("/token", headers=headers)
    assert answer.status == 200
    token = answer.document["requestContext"]["authorizer"]["jwt"]
    assert (token["claims"]["sub"], token["claims"]["groups"]) == ("ada", "[a b]")
    assert token["scopes"] == ["read"]


@pytest.mark.parametrize(
    ("claims", "status"),
    [({"exp": 1}, 401), ({"aud": "another"}, 401), ({"iss": "https://another.example.com"}, 401), ({"scope": ""}, 403)],
)
def test_a_route_with_tokens_refuses_others(api: Api, issuer: Issuer, claims: Document, status: int) -> None:
    assert api.call("/token", headers={"Authorization": f"Bearer {issuer.token(**claims)}"}).status == status


def test_a_route_with_tokens_refuses_a_request_without(api: Api, issuer: Issuer) -> None:
    forged = issuer.token()[:-8] + "AAAAAAAA"
    assert api.call("/token").status == 401
    assert api.call("/token", headers={"Authorization": f"Bearer {forged}"}).status == 401


def test_the_pages_of_the_template_may_call_the_api_and_read_its_answers(api: Api) -> None:
    asked = {"Origin": ALLOWED_PAGE, "Access-Control-Request-Method": "GET"}
    preflight = api.call("/anything", "OPTIONS", asked)
    assert (preflight.status, preflight.body) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == ALLOWED_PAGE
    assert preflight.headers["access-control-allow-methods"] == "GET,POST"
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    assert preflight.headers["access-control-max-age"] == "600"
    answer = api.call("/anything", headers={"Origin": ALLOWED_PAGE})
    assert answer.headers["access-control-allow-origin"] == ALLOWED_PAGE
    assert answer.headers["access-control-expose-headers"] == "etag"


def test_another_page_may_not_read_the_answers(api: Api) -> None:
    answer = api.call("/anything", headers={"Origin": "https://evil.example.com"})
    assert answer.headers["access-control-allow-origin"] is None


def test_the_reference_to_a_secret_is_its_arn(api: Api) -> None:
    assert api.outputs["Token"] == api.outputs["TokenArn"]
    assert api.outputs["Token"].startswith(f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:")


def test_a_generated_secret_has_no_excluded_characters(api: Api) -> None:
    secrets = api.emulator.client("secretsmanager")
    assert re.fullmatch("[A-Za-z0-9]{200}", secrets.get_secret_value(SecretId=api.outputs["Token"])["SecretString"])


def test_a_new_value_of_a_secret_leaves_the_previous_one(api: Api) -> None:
    secrets = api.emulator.client("secretsmanager")
    secret = secrets.create_secret(Name="moving", SecretString="first")

    def value(stage: str) -> str:
        return str(secrets.get_secret_value(SecretId=secret["ARN"], VersionStage=stage)["SecretString"])

    second = secrets.put_secret_value(SecretId=secret["ARN"], SecretString="second")
    assert (value("AWSCURRENT"), value("AWSPREVIOUS")) == ("second", "first")
    secrets.update_secret_version_stage(
        SecretId=secret["ARN"],
        VersionStage="AWSCURRENT",
        MoveToVersionId=secret["VersionId"],
        RemoveFromVersionId=second["VersionId"],
    )
    assert (value("AWSCURRENT"), value("AWSPREVIOUS")) == ("first", "second")


def test_a_stack_takes_its_secret_with_it(api: Api) -> None:
    stacks, secrets = api.emulator.client("cloudformation"), api.emulator.client("secretsmanager")
    template = {"Resources": {"Token": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "of-a-stack"}}}}
    stacks.create_stack(StackName="short", TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(StackName="short", WaiterConfig={"Delay": 1})
    before = secrets.describe_secret(SecretId="of-a-stack")["ARN"]
    template["Resources"]["Token"]["Properties"] |= {"Description": "changed"}  # type: ignore[operator]
    stacks.update_stack(StackName="short", TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_update_complete").wait(StackName="short", WaiterConfig={"Delay": 1})
    updated = secrets.describe_secret(SecretId="of-a-stack")
    assert (updated["ARN"], updated["Description"]) == (before, "changed")
    stacks.delete_stack(StackName="short")
    stacks.get_waiter("stack_delete_complete").wait(StackName="short", WaiterConfig={"Delay": 1})
    names = [secret["Name"] for secret in secrets.list_secrets()["SecretList"]]
    assert "of-a-stack" not in names
