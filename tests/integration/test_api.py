"""The API's function on an AWS in memory."""

import base64
import copy
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

import api
from ecr_scan_reporter.aws.inventory_bucket import InventoryBucket
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.bootstrap import current_inventory
from ecr_scan_reporter.bootstrap.api import api as dependencies
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError, NoSnapshotError
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.use_cases.inventory.snapshots import PublishedSnapshots
from ecr_scan_reporter.web import encoding
from tests.integration.account import SESSION, Account, LambdaContext
from tests.integration.emf import metrics_in
from tests.recorded_events import load_event
from tests.unit.snapshot.registries import NOW, MadeRegistry, build, info, made_image

CONFIG = {"region": "eu-west-1", "registry": "123456789012", "repository": "team/app"}
SUPPRESSION = {"cve": "CVE-1", "reason": "not reachable", "until": "90d", "createdBy": "alice"}


@dataclass
class Answer:
    """What API Gateway would send."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Gateway:
    """Calls the function as API Gateway does."""

    def __init__(self, account: Account, folder: Path) -> None:
        self.account, self._folder = account, folder
        self.secrets = SESSION.client("secretsmanager")
        self.read_arn, self.write_arn = (
            self.secrets.create_secret(Name=name, SecretString=f"{name}-token")["ARN"] for name in ("read", "write")
        )

    def environment(self) -> dict[str, str]:
        """Return the variables, as the template sets them."""
        return {
            "SCAN_CONFIGS_TABLE": "configs",
            "API_AUTHORIZATION": "TOKEN",
            "API_READ_TOKEN_SECRET": self.read_arn,
            "API_WRITE_TOKEN_SECRET": self.write_arn,
            "ECR_REGISTRY_ID": "123456789012",
            "AWS_REGION": "eu-west-1",
        }

    def publish(self, number: int, images: int = 3) -> None:
        """Publish a snapshot whose images have the vulnerability CVE-<number>."""
        target = self._folder / f"built-{number}"
        target.mkdir()
        finding = Finding(f"CVE-{number}", Severity.HIGH, "zlib", "1")
        registry = MadeRegistry([made_image(each, finding, tags=(f"t{each}",)) for each in range(images)])
        build(registry, target, generation=number).close()
        snapshots = PublishedSnapshots(InventoryBucket(self.account.s3, Caller(), "findings"), str)
        snapshots.read_pointer()
        assert snapshots.publish(SnapshotFiles(target), info(number), NOW)

    def call(
        self,
        path: str,
        method: str = "GET",
        *,
        token: str = "write-token",
        body: Any = None,
        query: str = "",
        **headers: str,
    ) -> Answer:
        """Call an address; names of headers have `_` for `-`."""
        event = copy.deepcopy(load_event("api"))
        event |= {"rawPath": path, "rawQueryString": query}
        event["requestContext"]["http"] |= {"method": method, "path": path}
        event["headers"] = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            event["headers"]["authorization"] = f"Bearer {token}"
        if body is not None:
            event |= {"body": json.dumps(body), "isBase64Encoded": False}
            event["headers"]["content-type"] = "application/json"
        answer = api.lambda_handler(event, LambdaContext())
        content = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
        return Answer(answer["statusCode"], answer["headers"], content)

    def names(self) -> list[str]:
        """Return the vulnerabilities of the current snapshot."""
        return [each["vulnerability"] for each in self.call("/vulnerabilities").json["items"]]


@pytest.fixture
def gateway(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """The function behind API Gateway, in a new environment."""
    made = Gateway(account, tmp_path)
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    # Each test has an account of its own; the function would keep what it knows of another one.
    monkeypatch.setenv("TEST_FOLDER", str(tmp_path))
    function = dependencies()
    yield made
    function._inventory.close()


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call looks for a newer snapshot."""
    monkeypatch.setattr(current_inventory, "MAX_AGE_SECONDS", 0)


def lines(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    """Return the lines of the log with a message."""
    return [vars(record) for record in caplog.records if record.message == message]


def test_a_recorded_request_is_answered(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    gateway.publish(1)
    gateway.secrets.put_secret_value(SecretId=gateway.read_arn, SecretString="recorded-token")
    event = load_event("api") | {"rawQueryString": "severity=HIGH&status=current"}
    answer = api.lambda_handler(event, LambdaContext())
    assert (answer["statusCode"], answer["headers"]["content-encoding"]) == (200, "gzip")
    content = json.loads(gzip.decompress(base64.b64decode(answer["body"])))
    assert (content["total"], content["snapshot"]["id"]) == (3, "snapshot-1")
    (line,) = lines(caplog, "request answered")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/images", 200)


def test_no_token_is_ever_in_the_log(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.publish(1)
    gateway.call("/images")
    gateway.call("/images", token="wrong-token")
    gateway.call("/images", token="", query="token=write-token")
    logged = str([vars(record) for record in caplog.records]) + capsys.readouterr().out
    assert len(lines(caplog, "request answered")) == 3
    assert "-token" not in logged


def test_configurations_and_suppressions_are_in_their_tables(gateway: Gateway) -> None:
    made = gateway.call("/configs", "POST", body=CONFIG)
    name = made.body.decode().strip()
    assert (made.status, gateway.call(f"/configs/{name}").json["repository"]) == (201, "team/app")
    assert gateway.account.dynamodb.get_item(TableName="configs", Key={"id": {"S": name}})["Item"]
    assert gateway.call(f"/configs/{name}", "PUT", body=CONFIG | {"tags": ["1"]}).json["tags"] == ["1"]
    assert gateway.call(f"/configs/{name}", "DELETE").status == 204
    suppressed = gateway.call("/suppressions", "POST", body=SUPPRESSION)
    assert suppressed.status == 201
    (item,) = gateway.account.dynamodb.scan(TableName="suppressions")["Items"]
    assert item["createdBy"] == {"S": "alice"}
    assert gateway.call(suppressed.headers["location"], "DELETE").status == 204
    assert gateway.account.dynamodb.scan(TableName="suppressions")["Items"] == []


@pytest.mark.usefixtures("without_waiting")
def test_a_newer_snapshot_answers_once_it_is_published(gateway: Gateway) -> None:
    gateway.publish(1)
    assert gateway.names() == ["CVE-1"]
    gateway.publish(2)
    assert gateway.names() == ["CVE-2"]


@pytest.mark.usefixtures("without_waiting")
def test_while_s3_fails_the_snapshot_before_answers_and_the_log_says_so(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.publish(1)
    assert gateway.names() == ["CVE-1"]
    for entry in gateway.account.s3.list_objects_v2(Bucket="findings")["Contents"]:
        gateway.account.s3.delete_object(Bucket="findings", Key=entry["Key"])
    gateway.account.s3.delete_bucket(Bucket="findings")
    assert gateway.names() == ["CVE-1"]
    line = lines(caplog, "api: not read")[0]
    assert "the snapshot before goes on" in line["reason"]


def test_before_the_first_build_the_answer_is_503(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    answered = gateway.call("/images")
    assert (answered.status, answered.headers["retry-after"]) == (503, "30")
    assert answered.headers["content-type"] == "application/problem+json"
    (line,) = lines(caplog, "request failed")
    assert line["exc_info"][0] is NoSnapshotError
    assert gateway.call("/suppressions").status == 200


def test_a_damaged_snapshot_is_503_until_the_next_one(gateway: Gateway) -> None:
    gateway.publish(1)
    gateway.account.s3.put_object(Bucket="findings", Key="inventory/v2/snapshot-1/findings.sqlite.gz", Body=b"x")
    assert gateway.call("/images").status == 200
    for _ in range(2):
        assert gateway.call("/vulnerabilities").status == 503
    gateway.publish(2)
    assert gateway.names() == ["CVE-2"]


def test_who_is_denied_is_counted(
    gateway: Gateway, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gateway.call("/images", token="wrong").status == 401
    assert metrics_in(capsys.readouterr().out) == {"ApiDenied": 1}
    (line,) = lines(caplog, "request denied")
    assert "token" in line["reason"]
    assert gateway.call("/configs", "POST", token="read-token", body=CONFIG).status == 403
    assert metrics_in(capsys.readouterr().out) == {"ApiDenied": 1}
    assert gateway.call("/suppressions", token="read-token").status == 200
    assert metrics_in(capsys.readouterr().out) == {}


def test_the_metric_is_that_of_one_stack(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "stack-api")
    gateway.call("/images", token="wrong")
    (entry,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (entry["function_name"], entry["ApiDenied"]) == ("stack-api", [1.0])


def test_a_rotated_token_and_the_one_before_are_valid(gateway: Gateway) -> None:
    gateway.secrets.put_secret_value(SecretId=gateway.read_arn, SecretString="rotated")
    for token in ("rotated", "read-token"):
        assert gateway.call("/suppressions", token=token).status == 200
    gateway.secrets.put_secret_value(SecretId=gateway.write_arn, SecretString="rotated too")
    assert gateway.call("/configs", "POST", token="rotated", body=CONFIG).status == 403
    assert gateway.call("/configs", "POST", token="write-token", body=CONFIG).status == 201


def test_while_the_secrets_cannot_be_read_nobody_is_let_in(gateway: Gateway) -> None:
    for arn in (gateway.read_arn, gateway.write_arn):
        gateway.secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    answered = gateway.call("/suppressions")
    assert (answered.status, answered.headers["content-type"]) == (503, "application/problem+json")
    assert "arn:" not in answered.body.decode()
    assert gateway.call("/openapi.json", token="").status == 200


def test_a_throttled_call_is_not_repeated_once_there_is_no_time_for_its_answer(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.call("/suppressions")  # The tokens are known then.
    calls = []

    def throttled(_caller: Caller, operation: Any, **_parameters: Any) -> None:
        calls.append(operation.__name__)
        raise CallFailedError(
            operation.__name__, "ThrottlingException", "slow down", is_passing=True, is_throttled=True
        )

    monkeypatch.setattr(Caller, "once", throttled)
    monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _context: 0)
    answered = gateway.call("/suppressions")
    assert (answered.status, answered.json["detail"]) == (503, "scan failed: try again later")
    assert calls == ["scan"]


def test_what_is_too_large_is_downloaded_from_the_bucket(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "MAX_BODY", 1_000)
    gateway.publish(1, images=100)
    answered = gateway.call("/images", query="format=csv")
    assert (answered.status, answered.body) == (303, b"")
    address = answered.headers["location"]
    assert "X-Amz-Signature=" in address
    assert urlsplit(address).path.startswith("/downloads/")
    downloaded = requests.get(address, timeout=5)
    assert (downloaded.status_code, downloaded.text.count("\r\n")) == (200, 101)


def test_what_is_no_request_is_an_error_of_the_invocation(gateway: Gateway) -> None:
    with pytest.raises(InvalidInputError, match="payload format 2"):
        api.lambda_handler({}, LambdaContext())


def test_a_wrong_variable_stops_the_function(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_AUTHORIZATION", "NONE")
    with pytest.raises(InvalidInputError, match="API_AUTHORIZATION"):
        gateway.call("/images")
