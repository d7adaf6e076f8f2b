"""`/summary`: how many findings the configured images have, in the layout of amazon-ecr-continuous-scan."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from ecr_scan_reporter.domain.findings.documents import counts_document
from ecr_scan_reporter.domain.inventory.coverage import STATUS_NAMES
from ecr_scan_reporter.domain.inventory.exports.documents import snapshot_document
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.use_cases.configs import list_configs
from ecr_scan_reporter.web import parameters
from ecr_scan_reporter.web.answers import document
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.configured import ConfiguredImage, configured_images, tagged_images
from ecr_scan_reporter.web.messages import JSON, Response
from ecr_scan_reporter.web.negotiation import prefers_json
from ecr_scan_reporter.web.routing import Content, Route

TEXT = "text/plain; charset=utf-8"


class Scope(StrEnum):
    """Of which images there is a summary."""

    CONFIGS = "configs"
    REGISTRY = "registry"


_SCOPE = parameters.choice(
    "scope", "The images of the scan configurations, or all tagged ones.", Scope, default=Scope.CONFIGS
)


def summarise(call: Call) -> Response:
    """Answer with the numbers of each image: a text, or JSON where the client prefers it."""
    images = list(_images(call))
    if prefers_json(call.request.header("accept")):
        content = {"snapshot": snapshot_document(call.info), "total": len(images), "items": list(map(_record, images))}
        return document(content)
    return Response(content_type=TEXT, body="".join(_lines(images)).encode())


def _images(call: Call) -> Iterator[ConfiguredImage]:
    inventory = call.inventory
    if call.values["scope"] is Scope.REGISTRY:
        yield from tagged_images(inventory)
        return
    for config in list_configs(call.tools.configs):
        yield from configured_images(inventory, config)


def _lines(images: Iterable[ConfiguredImage]) -> Iterator[str]:
    for each in images:
        yield f"Results for {each.name} in {each.region}:\n"
        yield from (f" {line}\n" for line in _numbers(each))
        yield "\n\n"


def _numbers(each: ConfiguredImage) -> list[str]:
    image = each.image
    if image is None:
        return ["(no image of the inventory has this tag)"]
    if not image.counts and image.scanned_at is None:
        return [f"(no result: {STATUS_NAMES[image.status]})"]
    return [f"{severity.value}: {image.counts[severity]}" for severity in Severity if image.counts.get(severity)]


def _record(each: ConfiguredImage) -> dict[str, Any]:
    image = each.image
    return {
        "config": each.config.id if each.config else None,
        "registryId": each.config.registry if each.config else image.id.repository.registry_id if image else None,
        "region": each.region,
        "repository": each.repository,
        "imageTag": each.tag,
        "imageDigest": image.digest if image else None,
        "status": image.status.value if image else None,
        "counts": counts_document(image.counts) if image else None,
    }


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/summary",
        summarise,
        "How many findings the configured images have",
        (Content(TEXT), Content(JSON, "Summary")),
        (_SCOPE,),
    ),
)
