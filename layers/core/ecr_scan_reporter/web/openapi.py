"""The API as an OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.0."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ecr_scan_reporter import __version__
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import JSON
from ecr_scan_reporter.web.problems import PROBLEM
from ecr_scan_reporter.web.routes import ROUTES
from ecr_scan_reporter.web.routing import Content, Route
from ecr_scan_reporter.web.schemas import all_schemas

_DESCRIPTION = """\
The vulnerability scans of a registry of Amazon ECR: images, findings, coverage, suppressions, scan configurations.

Lists come in pages: `next` of one is the `cursor` of the following one, until a newer snapshot replaces it. \
`total` is exact. Times are in UTC. A fact that is not known is null.
"""


def openapi_document() -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path.replace("+}", "}"), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ecr-scan-reporter",
            "version": __version__,
            "summary": "The vulnerability scans of a registry of Amazon ECR",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": all_schemas(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "a token, or with JWT that of the issuer",
                },
                "basic": {"type": "http", "scheme": "basic", "description": "a token as the password of any user"},
            },
        },
        "security": [{"bearer": []}, {"basic": []}],
    }


def _operation(route: Route[Call]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": _responses(route),
    }
    if route.body:
        operation["requestBody"] = {"required": True, "content": _content([Content(JSON, route.body)])}
    if route.is_public:
        operation["security"] = []
    return operation


def _operation_id(route: Route[Call]) -> str:
    words = re.findall(r"[A-Za-z]+", route.path)
    return "".join([route.method.lower(), *(word.capitalize() for word in words or ["page"])])


def _path_parameters(route: Route[Call]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": meaning,
            "schema": {"type": "string", "minLength": 1, "pattern": route.path_patterns.get(name, "^[^/]+$")},
        }
        for name, meaning in route.path_meanings.items()
    ]


def _query_parameters(route: Route[Call]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "in": "query",
            "description": each.description,
            "schema": {"type": "array", "items": dict(each.schema)} if each.is_list else dict(each.schema),
        }
        for each in route.parameters
    ]


def _responses(route: Route[Call]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": route.status.phrase}
    if route.contents:
        good["content"] = _content(route.contents)
    responses = {str(int(route.status)): good}
    if route.is_idempotent:
        responses["200"] = {**good, "description": "It is there already"}
    for status in _problems(route):
        responses[str(int(status))] = {"description": status.phrase, "content": _content([Content(PROBLEM, "Problem")])}
    if route.status is HTTPStatus.OK and not route.is_public:
        responses["303"] = {"description": "The answer is larger than 6 MB: it is at the address in Location"}
    return responses


def _problems(route: Route[Call]) -> list[HTTPStatus]:
    found = [HTTPStatus.BAD_REQUEST]
    if not route.is_public:
        found += [HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE]
    if route.path_meanings:
        found.append(HTTPStatus.NOT_FOUND)
    if route.method not in ("GET", "HEAD"):
        found.append(HTTPStatus.FORBIDDEN)
    if route.body:
        found += [HTTPStatus.CONFLICT, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
    if any(each.name == "cursor" for each in route.parameters):
        found.append(HTTPStatus.GONE)
    return found


def _content(contents: list[Content] | tuple[Content, ...] | Any) -> Mapping[str, Any]:
    return {
        each.type: {"schema": {"$ref": f"#/components/schemas/{each.schema}"} if each.schema else {}}
        for each in contents
    }
