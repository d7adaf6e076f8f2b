"""`/images`: the images, and one with its findings."""

from collections.abc import Iterable
from http import HTTPStatus

from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.inventory.exports.documents import snapshot_document
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import finding_records, occurrences
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.exports.sarif import sarif_files
from ecr_scan_reporter.domain.inventory.selection import ImageSort, SuppressedFindings
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.inventory.contents import images_of, with_wanted
from ecr_scan_reporter.web import filters, parameters
from ecr_scan_reporter.web.answers import (
    TABULAR,
    Format,
    contents_of,
    document,
    download,
    format_parameter,
    page,
    whole,
)
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.cards import card_document
from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.parameters import CURSOR, LIMIT
from ecr_scan_reporter.web.problems import ProblemError
from ecr_scan_reporter.web.routing import Route

FORMATS = (*TABULAR, Format.SARIF)
_SORT = parameters.choice(
    "sort",
    "The order: the most important, longest overdue, latest or largest first; repositories by name.",
    ImageSort,
    default=ImageSort.WORST,
)
_DIGEST = {"digest": "The digest of the image; its beginning is enough: `sha256:0c3f`."}


def list_images(call: Call) -> Response:
    """Answer with the images of a filter."""
    inventory, values = call.inventory, call.values
    wanted = filters.selection(values, call.as_of)
    output: Format = values["format"]
    if output is Format.SARIF:
        # The same images as in the list, each with the same findings.
        found_images = inventory.image_findings(wanted.images)
        return _sarif(call, (with_wanted(each, wanted.findings, call.info) for each in found_images), "images")
    if output is not Format.JSON:
        found = images_of(inventory, wanted.images, values["sort"])
        return whole(IMAGES, found, inventory.info, output, "images", call.now)
    found_page = inventory.images(wanted.images, values["sort"], limit=values["limit"], cursor=values["cursor"])
    return page(IMAGES, found_page, inventory.info, call.request)


def show_image(call: Call) -> Response:
    """Answer with the images that have a digest, with their findings."""
    inventory, values = call.inventory, call.values
    wanted = filters.finding_filter(values, values[filters.SUPPRESSED])
    found = inventory.image(call.path["digest"], repository=values["repository"], suppressed=wanted.suppressed)
    if not found:
        raise ProblemError(HTTPStatus.NOT_FOUND, "no image of the inventory has this digest, in this repository")
    cards = [with_wanted(each, wanted, inventory.info) for each in found]
    output: Format = values["format"]
    if output is Format.SARIF:
        return _sarif(call, cards, "image")
    if output is not Format.JSON:
        return whole(finding_records(inventory.info), occurrences(cards), inventory.info, output, "image", call.now)
    return document(
        {
            "snapshot": snapshot_document(inventory.info),
            "total": len(cards),
            "items": [card_document(card, inventory.info) for card in cards],
        }
    )


def _sarif(call: Call, images: Iterable[ImageFindings], name: str) -> Response:
    files = sarif_files(images, call.info, call.tools.suppressions.all())
    first = next(files)
    if next(files, None) is not None:
        allowed = (
            "csv, json, ndjson or markdown for so many images: a file of SARIF has 20 at most, so narrow the filter"
        )
        raise InvalidInputError("format", Format.SARIF.value, allowed)
    if first.cut:
        allowed = "a filter that leaves fewer findings of an image, such as severity=HIGH: SARIF has 5,000 at most"
        raise InvalidInputError("format", Format.SARIF.value, allowed)
    return download([first.text], Format.SARIF, name, call.info)


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/images",
        list_images,
        "The images, with the numbers of their findings",
        contents_of(FORMATS, "Images"),
        (*filters.IMAGES_AND_FINDINGS, _SORT, LIMIT, CURSOR, format_parameter(FORMATS)),
    ),
    Route(
        "GET",
        "/images/{digest}",
        show_image,
        "One image with its findings, the most important first",
        contents_of(FORMATS, "ImageCards"),
        (
            parameters.text("repository", "The repository, where several have the digest."),
            *filters.OF_FINDINGS,
            filters.suppressed(SuppressedFindings.INCLUDED),
            format_parameter(FORMATS),
        ),
        _DIGEST,
        {"digest": "^(sha256:)?[0-9a-f]{6,64}$"},
    ),
)
