"""The events of Amazon Inspector on the images of this ECR: of the first scan, and of each finding.

https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.ecr.models import ecr_backends

from local.ecr.records import Outcome, RegistryState, now
from local.ecr.scanner import Emit, Event
from local.identity import ACCOUNT, REGION

Fields = Mapping[str, Any]
SOURCE = "aws.inspector2"
# The severities in the event, also with zero findings. The total includes the others.
TOLD_LEVELS = ("CRITICAL", "HIGH", "MEDIUM")


class InspectorControl:
    """The operations behind /_local/inspector/, on an image with `enhancedFindings`."""

    def __init__(self, state: RegistryState, emit: Emit) -> None:
        self._state = state
        self._emit = emit

    def send_scan(self, fields: Fields) -> dict[str, Any]:
        """Send the event of the first scan of `repository` and `imageDigest`."""
        outcome = self._outcome(fields)
        self._emit(scan_event(*_image(fields), outcome), *_place(fields))
        return {"events": 1}

    def send_findings(self, fields: Fields) -> dict[str, Any]:
        """Send an event for each finding of `repository` and `imageDigest`."""
        outcome = self._outcome(fields)
        events = list(finding_events(*_image(fields), outcome))
        for event in events:
            self._emit(event, *_place(fields))
        return {"events": len(events)}

    def _outcome(self, fields: Fields) -> Outcome:
        outcome = self._state.records[(*_place(fields), fields["repository"], fields["imageDigest"])].next_outcome
        if not outcome.is_enhanced:
            raise ValueError(f"{fields['imageDigest']} has no enhancedFindings")
        return outcome


def scan_event(repository: Any, image: Any, outcome: Outcome) -> Event:
    """The documented event: the repository's name is its ARN."""
    counts = outcome.counts
    detail = {
        "scan-status": "INITIAL_SCAN_COMPLETE",
        "repository-name": repository.arn,
        "finding-severity-counts": {level: counts.get(level, 0) for level in TOLD_LEVELS}
        | {"TOTAL": sum(counts.values())},
        "image-digest": image.image_digest,
        "image-tags": list(image.image_tags),
        "version": "1.0",
    }
    return _entry("Inspector2 Scan", repository.arn, detail)


def finding_events(repository: Any, image: Any, outcome: Outcome) -> Iterator[Event]:
    """The documented events: ECR's facts, the score under another name, and the image as the resource."""
    resource, moment = _resource(repository, image), _moment(now())
    for number, finding in enumerate(outcome.findings):
        facts = {"inspectorScore" if name == "score" else name: value for name, value in finding.items()}
        detail = {
            "awsAccountId": repository.registry_id,
            "findingArn": f"{_inspector_arn(repository)}:finding/{number:032x}",
            "status": "ACTIVE",
            "type": "PACKAGE_VULNERABILITY",
            **facts,
            "firstObservedAt": moment,
            "lastObservedAt": moment,
            "updatedAt": moment,
            "resources": [resource],
        }
        yield _entry("Inspector2 Finding", resource["id"], detail)


def _resource(repository: Any, image: Any) -> dict[str, Any]:
    details = {
        "imageHash": image.image_digest,
        "imageTags": list(image.image_tags),
        "pushedAt": _moment(image.image_pushed_at),
        "registry": repository.registry_id,
        "repositoryName": repository.name,
    }
    _, partition, _, region, *_ = repository.arn.split(":")
    return {
        "type": "AWS_ECR_CONTAINER_IMAGE",
        "id": f"{repository.arn}/{image.image_digest}",
        "partition": partition,
        "region": region,
        "details": {"awsEcrContainerImage": details},
    }


def _inspector_arn(repository: Any) -> str:
    """The prefix of Inspector's ARNs in the account and region of this ECR."""
    beginning, _, _ = repository.arn.partition(":repository/")
    return str(beginning).replace(":ecr:", ":inspector2:")


def _moment(seconds: float) -> str:
    """A moment as Inspector's events write it: Wed Sep 04 16:55:38.411 UTC 2024."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%a %b %d %H:%M:%S}.{moment.microsecond // 1000:03} UTC {moment.year}"


def _entry(kind: str, resource: str, detail: Mapping[str, Any]) -> Event:
    return {"Source": SOURCE, "DetailType": kind, "Resources": [resource], "Detail": json.dumps(detail)}


def _place(fields: Fields) -> tuple[str, str]:
    return fields.get("account", ACCOUNT), fields.get("region", REGION)


def _image(fields: Fields) -> tuple[Any, Any]:
    account, region = _place(fields)
    repository: Any = ecr_backends[account][region].repositories[fields["repository"]]
    return repository, repository._get_image(None, fields["imageDigest"])
