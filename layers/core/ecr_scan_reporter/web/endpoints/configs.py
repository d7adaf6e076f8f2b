"""`/configs`: the scan configurations, as amazon-ecr-continuous-scan has them."""

import json
from http import HTTPStatus
from uuid import uuid4

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.fields import InvalidConfigError, config_document
from ecr_scan_reporter.use_cases.configs import (
    ConfigExistsError,
    add_config,
    get_config,
    list_configs,
    remove_config,
    replace_config,
)
from ecr_scan_reporter.web.bodies import json_object
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import JSON, Response
from ecr_scan_reporter.web.negotiation import prefers_json
from ecr_scan_reporter.web.problems import InvalidRequestError, ProblemError
from ecr_scan_reporter.web.routing import Content, Route

TEXT = "text/plain; charset=utf-8"
_ID = {"id": "The id of the configuration."}


def known_config(call: Call) -> ScanConfig:
    """Return the configuration that the path names. Raises ProblemError with status 404."""
    config = get_config(call.path["id"], call.tools.configs)
    if config is None:
        raise _unknown()
    return config


def list_all(call: Call) -> Response:
    """Answer with all configurations, the oldest first: a list, as the sample does."""
    return _json([config_document(each) for each in list_configs(call.tools.configs)])


def show(call: Call) -> Response:
    """Answer with one configuration."""
    return _json(config_document(known_config(call)))


def add(call: Call) -> Response:
    """Add a configuration. The answer is its id, as the sample's, or all of it where the client prefers JSON."""
    try:
        made = add_config(json_object(call.request), call.tools.configs, new_id=lambda: str(uuid4()), now=call.now)
    except InvalidConfigError as error:
        raise InvalidRequestError(error.faults) from error
    except ConfigExistsError as error:
        raise ProblemError(HTTPStatus.CONFLICT, str(error)) from error
    status = HTTPStatus.CREATED if made.is_new else HTTPStatus.OK
    location = {"location": f"/configs/{made.config.id}"}
    if prefers_json(call.request.header("accept")):
        return _json(config_document(made.config), status).with_headers(**location)
    return Response(status, TEXT, f"{made.config.id}\n".encode(), location)


def replace(call: Call) -> Response:
    """Give a configuration another content."""
    try:
        made = replace_config(call.path["id"], json_object(call.request), call.tools.configs, now=call.now)
    except InvalidConfigError as error:
        raise InvalidRequestError(error.faults) from error
    if made is None:
        raise _unknown()
    return _json(config_document(made))


def remove(call: Call) -> Response:
    """Remove a configuration."""
    if not remove_config(call.path["id"], call.tools.configs):
        raise _unknown()
    return Response(HTTPStatus.NO_CONTENT)


def _json(content: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(status, body=(json.dumps(content) + "\n").encode())


def _unknown() -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "no scan configuration has this id")


_ONE = (Content(JSON, "Config"),)

ROUTES: tuple[Route[Call], ...] = (
    Route("GET", "/configs", list_all, "The scan configurations, the oldest first", (Content(JSON, "Configs"),)),
    Route(
        "POST",
        "/configs",
        add,
        "Add a scan configuration. One that names the same images is not added again: status 200",
        (Content(TEXT), *_ONE),
        body="NewConfig",
        status=HTTPStatus.CREATED,
        is_idempotent=True,
    ),
    Route("GET", "/configs/{id}", show, "One scan configuration", _ONE, path_meanings=_ID),
    Route("PUT", "/configs/{id}", replace, "Replace a scan configuration", _ONE, path_meanings=_ID, body="NewConfig"),
    Route(
        "DELETE",
        "/configs/{id}",
        remove,
        "Remove a scan configuration",
        path_meanings=_ID,
        status=HTTPStatus.NO_CONTENT,
    ),
)
