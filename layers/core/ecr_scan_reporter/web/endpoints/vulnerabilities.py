"""`/vulnerabilities` and `/findings`: each vulnerability once, and where it is."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus

from ecr_scan_reporter.domain.inventory.answers import Occurrence, Page
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import VULNERABILITIES, finding_records
from ecr_scan_reporter.domain.inventory.names import is_glob
from ecr_scan_reporter.domain.inventory.selection import Selection
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.inventory.listing import Listing
from ecr_scan_reporter.web import filters
from ecr_scan_reporter.web.answers import TABULAR, Format, contents_of, format_parameter, page, whole
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.parameters import CURSOR, LIMIT
from ecr_scan_reporter.web.problems import ProblemError
from ecr_scan_reporter.web.routing import Route

_LIST = (LIMIT, CURSOR, format_parameter(TABULAR))
_OF_ONE = (filters.PACKAGE, *filters.IMAGES_AND_FINDINGS, *_LIST)


def list_vulnerabilities(call: Call) -> Response:
    """Answer with the vulnerabilities of a filter, the most important first."""
    inventory, wanted = call.inventory, filters.selection(call.values, call.as_of)

    def ask(limit: int, cursor: str | None) -> Page:  # type: ignore[type-arg]
        return inventory.vulnerabilities(wanted.findings, wanted.holders, limit=limit, cursor=cursor)

    output: Format = call.values["format"]
    if output is not Format.JSON:
        return whole(VULNERABILITIES, Listing(ask), inventory.info, output, "vulnerabilities", call.now)
    return page(VULNERABILITIES, ask(call.values["limit"], call.values["cursor"]), inventory.info, call.request)


def list_findings(call: Call) -> Response:
    """Answer with the findings of a filter, each in its image."""
    return _findings(call, filters.selection(call.values, call.as_of), "findings")


def show_vulnerability(call: Call) -> Response:
    """Answer with one vulnerability, and where it is."""
    name, inventory = call.path["id"], call.inventory
    if is_glob(name):
        raise InvalidInputError("id", name, "the name of one vulnerability: /vulnerabilities?cve= takes globs")
    selected = filters.selection(call.values, call.as_of)
    wanted = replace(selected, findings=replace(selected.findings, vulnerability=name))
    found = inventory.vulnerabilities(wanted.findings, wanted.holders, limit=1).items
    if not found:
        raise ProblemError(HTTPStatus.NOT_FOUND, "no image of this filter has this vulnerability")
    return _findings(call, wanted, name, {"vulnerability": VULNERABILITIES.record(found[0])})


def _findings(call: Call, wanted: Selection, name: str, more: dict[str, object] | None = None) -> Response:
    inventory = call.inventory
    records, output = finding_records(inventory.info), call.values["format"]
    ask = partial(_where, call, wanted)
    if output is not Format.JSON:
        return whole(records, Listing(ask), inventory.info, output, name, call.now)
    return page(records, ask(call.values["limit"], call.values["cursor"]), inventory.info, call.request, more)


def _where(call: Call, wanted: Selection, limit: int, cursor: str | None) -> Page[Occurrence]:
    return call.inventory.where(wanted.findings, wanted.holders, limit=limit, cursor=cursor)


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/vulnerabilities",
        list_vulnerabilities,
        "Each vulnerability once, the most important first",
        contents_of(TABULAR, "Vulnerabilities"),
        (*filters.EVERYTHING, *_LIST),
    ),
    Route(
        "GET",
        "/vulnerabilities/{id}",
        show_vulnerability,
        "One vulnerability, and where it is",
        contents_of(TABULAR, "VulnerabilityFindings"),
        _OF_ONE,
        {"id": "The name of the vulnerability, in any case: `CVE-2021-44228`."},
        {"id": r"^[^/*?\[\]]+$"},
    ),
    Route(
        "GET",
        "/findings",
        list_findings,
        "Where a vulnerability or a package is: the findings, each in its image",
        contents_of(TABULAR, "Findings"),
        (*filters.EVERYTHING, *_LIST),
    ),
)
