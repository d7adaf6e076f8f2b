"""The event that Amazon Inspector sends for each finding that is new, has changed, or is closed.

https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.events.fields import detail_of, texts_of, time_of
from ecr_scan_reporter.domain.findings.enhanced import parse_enhanced_finding
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.arns import parse_image_arn
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.errors import InvalidInputError

IMAGE_RESOURCE = "AWS_ECR_CONTAINER_IMAGE"


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """A change of one finding of one image digest. `epss` is the probability by CVE, empty without one."""

    image: ImageId
    at: datetime
    tags: tuple[str, ...]
    epss: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The events of one image together: time and tags of the latest, EPSS probabilities of all."""

    at: datetime
    tags: tuple[str, ...]
    epss: Mapping[str, float]


def parse_finding_event(event: Mapping[str, Any], now: datetime) -> FindingEvent | None:
    """Read an `Inspector2 Finding` event. Returns None for a finding of an instance or a function.

    Raises InvalidInputError for a finding of an image that the event does not name.
    """
    detail = detail_of(event, "'Inspector2 Finding'")
    resource = _image_resource(detail)
    if resource is None:
        return None
    finding = parse_enhanced_finding(detail)
    return FindingEvent(
        image=_image(event, resource),
        at=time_of(event, now),
        tags=texts_of(_details(resource).get("imageTags")),
        epss={finding.name: finding.epss} if finding and finding.epss is not None else {},
    )


def bundle(events: Iterable[FindingEvent]) -> dict[ImageId, Bundle]:
    """Return the events of each image together; the images keep the order of their first event."""
    by_image: dict[ImageId, list[FindingEvent]] = {}
    for event in events:
        by_image.setdefault(event.image, []).append(event)
    return {image: _bundle(found) for image, found in by_image.items()}


def with_epss(findings: Iterable[Finding], epss: Mapping[str, float]) -> tuple[Finding, ...]:
    """Add the EPSS probabilities, which Inspector's events have and ECR's API lacks."""
    return tuple(
        replace(finding, epss=epss[finding.name]) if finding.epss is None and finding.name in epss else finding
        for finding in findings
    )


def _bundle(events: list[FindingEvent]) -> Bundle:
    ordered = sorted(events, key=lambda event: event.at)
    latest = ordered[-1]
    epss = {cve: probability for event in ordered for cve, probability in event.epss.items()}
    return Bundle(latest.at, latest.tags, epss)


def _image_resource(detail: Mapping[str, Any]) -> Mapping[str, Any] | None:
    resources = detail.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, Mapping) and resource.get("type") == IMAGE_RESOURCE:
            return resource
    return None


def _image(event: Mapping[str, Any], resource: Mapping[str, Any]) -> ImageId:
    arn, details = resource.get("id"), _details(resource)
    named = parse_image_arn(arn) if isinstance(arn, str) else None
    if named:
        return named
    facts = (details.get("registry"), event.get("region"), details.get("repositoryName"), details.get("imageHash"))
    texts = [fact for fact in facts if isinstance(fact, str) and fact]
    if len(texts) < len(facts):
        raise InvalidInputError("id of the event's resource", arn, "the ARN of an image in ECR")
    registry_id, region, name, digest = texts
    return ImageId(Repository(registry_id, region, name), digest)


def _details(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    details = resource.get("details")
    image = details.get("awsEcrContainerImage") if isinstance(details, Mapping) else None
    return image if isinstance(image, Mapping) else {}
