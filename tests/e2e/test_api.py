"""The API of the deployed stack, as people call it with curl."""

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from local.application import Application
from local.deploy import STACK
from local.identity import ACCOUNT, REGION
from local.inbox import Inbox
from tests.e2e.command_line import ask
from tests.e2e.registry import NEW, OLD, Registry
from tests.e2e.scan_runs import run_scans

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("empty")]

# The three files of amazon-ecr-continuous-scan.
AMAZONLINUX = {"region": "us-west-2", "registry": "123456789012", "repository": "amazonlinux", "tags": ["2018.03"]}
CENTOS = {"region": "us-west-2", "registry": "123456789012", "repository": "test/centos"}
UBUNTU = {"region": "us-west-2", "registry": "123456789012", "repository": "test/ubuntu", "tags": ["16.04", "latest"]}


@dataclass
class Client:
    """Calls the API with a token."""

    application: Application
    token: str = ""

    def call(self, path: str, method: str = "GET", **options: Any) -> requests.Response:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.request(
            method,
            f"{self.application.api_url}{path}",
            headers=headers | options.pop("headers", {}),
            verify=str(self.application.emulator.certificate),
            timeout=60,
            **options,
        )

    def json(self, path: str) -> Any:
        answered = self.call(path)
        assert answered.status_code == 200, answered.text
        return answered.json()


def secret(application: Application, output: str) -> str:
    client = application.emulator.client("secretsmanager")
    value: str = client.get_secret_value(SecretId=application.outputs[output])["SecretString"]
    return value


@pytest.fixture
def reader(application: Application) -> Client:
    return Client(application, secret(application, "ApiReadTokenSecretArn"))


@pytest.fixture
def writer(application: Application) -> Client:
    return Client(application, secret(application, "ApiWriteTokenSecretArn"))


@pytest.fixture
def scanned(application: Application, inbox: Inbox, registry: Registry, reader: Client) -> dict[str, str]:
    """Two images whose scans are in the snapshot that answers; return their digests by repository."""
    images = {
        name: registry.push(name, tags=tags) for name, tags in (("test/ubuntu", ["16.04", "latest"]), ("app", []))
    }
    registry.finds("test/ubuntu", images["test/ubuntu"], OLD, NEW)
    run_scans(application, inbox)
    built = application.invoke(application.outputs["InventoryFunctionName"], {})["snapshot"]
    application.wait_until(
        "the new snapshot answers", lambda: reader.json("/session")["snapshot"]["id"] == built or None
    )
    return images


def test_the_walkthrough_of_the_sample_works_with_a_token(writer: Client) -> None:
    files = {}
    try:
        for file in (AMAZONLINUX, CENTOS, UBUNTU):
            answered = writer.call("/configs/", "POST", json=file)
            assert answered.status_code == 201
            files[answered.text.strip()] = {"tags": None} | file
        listed = writer.json("/configs/")
        assert {each.pop("id"): each for each in listed if each.pop("created").isdecimal()} == files
        name = next(iter(files))
        assert writer.call(f"/configs/{name}", "DELETE").status_code == 204
        assert writer.call(f"/configs/{name}", "DELETE").status_code == 404
    finally:
        for each in files:
            writer.call(f"/configs/{each}", "DELETE")
    assert writer.json("/configs") == []


def test_a_configured_image_is_in_the_summary_and_in_its_feed(writer: Client, scanned: dict[str, str]) -> None:
    config = UBUNTU | {"region": REGION, "registry": ACCOUNT}
    name = writer.call("/configs", "POST", json=config).text.strip()
    try:
        expected = f"Results for test/ubuntu:16.04 in {REGION}:\n CRITICAL: 2\n\n\n"
        assert writer.call("/summary").text.startswith(expected)
        feed = writer.call(f"/findings/{name}").text
        assert f"[CRITICAL] in image test/ubuntu:16.04 found {NEW}" in feed
        assert scanned["test/ubuntu"] in feed
    finally:
        writer.call(f"/configs/{name}", "DELETE")


def test_the_questions_of_the_inventory_are_answered(reader: Client, scanned: dict[str, str]) -> None:
    images = reader.json("/images?severity=critical&limit=1")
    assert (images["total"], len(images["items"])) == (2, 1)
    following = reader.json(f"/images?severity=critical&limit=1&cursor={images['next']}")
    assert {each["imageDigest"] for each in (*images["items"], *following["items"])} == set(scanned.values())
    (card,) = reader.json(f"/images/{scanned['app']}?repository=app")["items"]
    assert [each["vulnerability"] for each in card["findings"]] == [OLD]
    assert reader.json(f"/vulnerabilities/{NEW}")["items"][0]["imageDigest"] == scanned["test/ubuntu"]
    assert reader.json("/coverage")["items"][0]["counts"]["current"] == 2
    assert reader.call("/images?format=csv").text.count("\r\n") == 3
    assert reader.call("/nothing").json()["status"] == 404


def test_nobody_reads_without_a_token_and_only_the_write_token_changes_something(
    application: Application, reader: Client, writer: Client
) -> None:
    for path in ("/images", "/summary", "/feed", "/session", "/suppressions", "/configs"):
        for client in (Client(application), Client(application, "wrong")):
            denied = client.call(path)
            assert (denied.status_code, denied.headers["content-type"]) == (401, "application/problem+json")
    assert reader.call("/configs", "POST", json=CENTOS).status_code == 403
    assert Client(application).call("/", headers={"accept": "text/html"}).status_code == 200
    assert Client(application).call("/openapi.json").json()["openapi"] == "3.1.0"
    basic = requests.get(
        f"{application.api_url}/session",
        auth=("prometheus", reader.token),
        verify=str(application.emulator.certificate),
        timeout=60,
    )
    assert (basic.status_code, basic.json()["canWrite"]) == (200, False)


def test_a_rotated_token_and_the_one_before_are_valid_without_a_deployment(application: Application) -> None:
    before = secret(application, "ApiReadTokenSecretArn")
    rotated = ask(application, "token", "rotate", "--stack", STACK).strip()
    assert rotated != before
    assert ask(application, "token", "show", "--stack", STACK).strip() == rotated
    application.wait_until(
        "the new token is valid", lambda: Client(application, rotated).call("/session").status_code == 200 or None
    )
    assert Client(application, before).call("/session").status_code == 200


def test_what_is_suppressed_leaves_the_lists_with_the_next_build(
    application: Application, writer: Client, scanned: dict[str, str]
) -> None:
    body = {"cve": NEW, "reason": "not reachable", "until": "90d", "createdBy": "alice", "repository": "test/*"}
    made = writer.call("/suppressions", "POST", json=body)
    assert made.status_code == 201
    try:
        assert writer.call("/suppressions", "POST", json=body).status_code == 409
        application.invoke(application.outputs["InventoryFunctionName"], {})
        application.wait_until(
            "the next snapshot answers",
            lambda: writer.call(f"/vulnerabilities/{NEW}").status_code == 404 or None,
        )
        (hidden,) = writer.json(f"/images/{scanned['test/ubuntu']}?suppressed=only")["items"][0]["findings"]
        assert hidden["suppressedBy"] == made.json()["id"]
    finally:
        assert writer.call(made.headers["location"], "DELETE").status_code == 204
