"""The OpenAPI document: valid, complete, and true of each answer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from ecr_scan_reporter.settings.api import Authorization
from ecr_scan_reporter.web.openapi import openapi_document
from ecr_scan_reporter.web.routes import ROUTES
from tests.not_empty import not_empty
from tests.unit.snapshot.registries import MadeRegistry, suppression
from tests.unit.web.world import (
    CURL,
    IMAGES,
    LOG4J,
    READ,
    SETTINGS,
    UBUNTU,
    Answer,
    World,
    basic,
    image,
    opened_registry,
)

DOCUMENT = openapi_document()
SUPPRESSION = {"cve": "CVE-1", "reason": "known", "until": "90d", "createdBy": "alice"}
CONFIG = {"region": "us-west-2", "registry": "123456789012", "repository": "amazonlinux"}
# What stands in the place of each part of a path, and what an operation sends.
PARTS = {
    "/configs/{id}": UBUNTU.id,
    "/findings/{id}": UBUNTU.id,
    "/suppressions/{id}": "no-curl",
    "/vulnerabilities/{id}": LOG4J,
    "/images/{digest}": IMAGES[0].image.id.digest,
    "/assets/{file}": "settings.json",
}
BODIES = {"NewSuppression": SUPPRESSION, "NewConfig": CONFIG}


@dataclass(frozen=True)
class Operation:
    """An operation of the document."""

    method: str
    path: str
    description: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_public(self) -> bool:
        return bool(self.description.get("security") == [])

    @property
    def address(self) -> str:
        return re.sub(r"\{\w+\}", lambda _: quote(PARTS[self.path], safe=":"), self.path)

    @property
    def body(self) -> Any:
        content = self.description.get("requestBody", {}).get("content", {})
        return BODIES[content["application/json"]["schema"]["$ref"].rpartition("/")[2]] if content else None

    def call(self, world: World, **options: Any) -> Answer:
        return world.call(self.address, self.method, body=self.body, **options)


OPERATIONS = not_empty(
    [
        Operation(method.upper(), path, description)
        for path, methods in DOCUMENT["paths"].items()
        for method, description in methods.items()
    ]
)
PRIVATE = not_empty([each for each in OPERATIONS if not each.is_public])
PUBLIC = not_empty([each for each in OPERATIONS if each.is_public])


@pytest.fixture
def stocked(world: World) -> World:
    """The API with a suppression to remove."""
    world.suppressions.add(suppression("no-curl", CURL))
    return world


def violations(answered: Answer, operation: Operation) -> list[str]:
    """Return what of an answer is not as the document says."""
    described = operation.description["responses"].get(str(answered.status))
    if described is None:
        return [f"status {answered.status} is not described"]
    contents = described.get("content", {})
    if not contents:
        return ["a body"] if answered.body else []
    content_type = answered.headers["content-type"]
    if content_type not in contents:
        return [f"content type {content_type} is not described"]
    schema = contents[content_type]["schema"]
    if not schema:
        return []
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answered.json)]


def test_the_document_is_valid() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_every_route_is_in_it() -> None:
    routes = {(route.method, route.path.replace("+}", "}")) for route in ROUTES}
    assert {(each.method, each.path) for each in OPERATIONS} == routes
    assert len(ROUTES) == len(routes)


def test_operations_have_names_of_their_own_and_say_what_they_do() -> None:
    names = [each.description["operationId"] for each in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(each.description["summary"] for each in OPERATIONS)
    described = [parameter for each in OPERATIONS for parameter in each.description["parameters"]]
    assert all(parameter["description"] for parameter in not_empty(described))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_answer_is_as_described(stocked: World, operation: Operation) -> None:
    answered = operation.call(stocked)
    assert 200 <= answered.status < 300
    assert violations(answered, operation) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_it_is_as_described_in_each_content_type(stocked: World, operation: Operation) -> None:
    for accept in ("application/json", "text/plain"):
        assert violations(operation.call(stocked, accept=accept), operation) == []


def forms_of_wrong_requests() -> Iterator[tuple[Operation, str]]:
    """Yield operations with something that makes their request wrong."""
    for operation in PRIVATE:
        yield from ((operation, wrong) for wrong in ("parameter", "token", "snapshot"))
        if operation.body is not None:
            yield from ((operation, wrong) for wrong in ("body", "type", "size", "conflict"))
        if "{" in operation.path:
            yield operation, "unknown"


@pytest.mark.parametrize(("operation", "wrong"), list(forms_of_wrong_requests()), ids=str)
def test_a_problem_is_as_described(stocked: World, operation: Operation, wrong: str) -> None:
    answered = wrong_call(stocked, operation, wrong)
    if answered.status >= 300:
        assert answered.headers["content-type"] == "application/problem+json"
    assert violations(answered, operation) == []


def wrong_call(world: World, operation: Operation, wrong: str) -> Answer:
    """Call an operation with something wrong."""
    address, method = operation.address, operation.method
    match wrong:
        case "parameter":
            return world.call(f"{address}?colour=red", method, body=operation.body)
        case "token":
            return operation.call(world, token="wrong")
        case "snapshot":
            world.opened = None
            return operation.call(world)
        case "body":
            return world.call(address, method, body={"colour": "red"})
        case "type":
            return operation.call(world, content_type="text/plain")
        case "size":
            return world.call(address, method, body=b" " * 64_001)
        case "conflict":
            operation.call(world)
            return operation.call(world)
    unknown = re.sub(r"\{\w+\}", "sha256:" + "0" * 64, operation.path)
    return world.call(unknown, method, body=operation.body)


@pytest.mark.parametrize("operation", PRIVATE, ids=str)
@pytest.mark.parametrize("authorization", Authorization)
def test_nobody_calls_it_without_credentials_or_with_wrong_ones(
    stocked: World, operation: Operation, authorization: Authorization
) -> None:
    stocked.settings = replace(SETTINGS, authorization=authorization)
    for header in ("", "Bearer wrong", basic("wrong"), "Basic !", "Bearer ", "Digest x"):
        answered = operation.call(stocked, token="", authorization=header)
        assert (answered.status, violations(answered, operation)) == (401, [])
        assert "www-authenticate" in answered.headers
    assert (len(stocked.suppressions.stored), len(stocked.configs.stored)) == (1, 2)


@pytest.mark.parametrize("operation", [each for each in PRIVATE if each.method != "GET"], ids=str)
def test_nobody_changes_anything_with_the_token_that_reads(stocked: World, operation: Operation) -> None:
    answered = operation.call(stocked, token=READ)
    assert (answered.status, violations(answered, operation)) == (403, [])
    assert (len(stocked.suppressions.stored), len(stocked.configs.stored)) == (1, 2)


@pytest.mark.parametrize("operation", [each for each in PRIVATE if each.method == "GET"], ids=str)
def test_everything_is_read_with_the_token_that_reads(stocked: World, operation: Operation) -> None:
    assert operation.call(stocked, token=READ).status == 200


@pytest.mark.parametrize("operation", PUBLIC, ids=str)
def test_what_is_public_has_no_data(world: World, operation: Operation, tmp_path: Path) -> None:
    """Two registries that have nothing in common, and none at all, have the same public bytes."""
    with opened_registry(tmp_path, MadeRegistry([image("other", 7, CURL, tags=("secret",))])) as inventory:
        other = World(inventory, replace(SETTINGS, registry_id="210987654321", region="eu-central-1"))
        other.configs.stored.clear()
        answers = [operation.call(each, token="") for each in (world, other, World(None))]
    assert [each.status for each in answers] == [200, 200, 200]
    assert len({each.body for each in answers}) == 1
    assert len({str(sorted(each.headers.items())) for each in answers}) == 1
