"""ECR's API: moto's, with the scans, pages and filters of ECR."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ecr.exceptions import ScanNotFoundException
from moto.ecr.responses import ECRResponse

from local.ecr.deletions import deletion_events, tags_by_digest
from local.ecr.media_types import Manifest
from local.ecr.pages import page
from local.ecr.records import ENHANCED_STATUS, RegistryState, Scan, ScanRecord
from local.ecr.scanner import Emit, Scanner

ImageId = Mapping[str, str]
_SUCCEEDED = ("COMPLETE", ENHANCED_STATUS)


class ScanningEcr(ECRResponse):
    """Answers one request. moto names its methods like the operations."""

    def __init__(self, state: RegistryState, scanner: Scanner, emit: Emit) -> None:
        super().__init__()
        self._state = state
        self._scanner = scanner
        self._emit = emit

    def describe_repositories(self) -> ActionResult:
        """Return the repositories, in pages."""
        names = self._get_param("repositoryNames")
        repositories = self.ecr_backend.describe_repositories(self._get_param("registryId"), names)
        found, more = (repositories, {}) if names else self._page(repositories)
        return ActionResult({"repositories": found, **more})

    def describe_images(self) -> ActionResult:
        """Return images, one for each digest; with scan fields only when `scanFields` is on."""
        images = self._selected_images()
        found, more = (images, {}) if self._get_param("imageIds") else self._page(images)
        return ActionResult({"imageDetails": [self._image_detail(image) for image in found], **more})

    def list_images(self) -> ActionResult:
        """Return images, one for each tag; an untagged image has no imageTag."""
        rows = [
            {"imageDigest": image.image_digest, **({"imageTag": tag} if tag else {})}
            for image in self._selected_images()
            for tag in image.image_tags or [None]
        ]
        found, more = self._page(rows)
        return ActionResult({"imageIds": found, **more})

    def put_image(self) -> ActionResult:
        """Store an image; scan it if the repository scans on push."""
        answer = super().put_image()
        image = answer.result["image"]  # type: ignore[index]
        repository: Any = self.ecr_backend.repositories[image.repository_name]
        is_new = not self._record(image).scan
        kind = Manifest(image.image_manifest).unscannable_type(image.image_manifest_media_type)
        if is_new and not kind and repository.image_scanning_configuration.get("scanOnPush"):
            self._scanner.start(self.ecr_backend, repository, image)
        return answer

    def batch_delete_image(self) -> ActionResult:
        """Delete, and send ECR's events."""
        name = self._get_param("repositoryName")
        before = tags_by_digest(self._images_of(name))
        answer = super().batch_delete_image()
        for event in deletion_events(name, before, tags_by_digest(self._images_of(name))):
            self._emit(event, self.current_account, self.region)
        return answer

    def start_image_scan(self) -> ActionResult:
        """Start a scan that ends by itself."""
        repository, image = self._requested_image()
        scan = self._scanner.start(self.ecr_backend, repository, image)
        return ActionResult({**self._names(repository, image), "imageScanStatus": {"status": scan.status}})

    def describe_image_scan_findings(self) -> ActionResult:
        """Return the last scan, with a page of findings."""
        repository, image = self._requested_image()
        scan = self._record(image).scan
        if scan is None:
            raise ScanNotFoundException(_format_id(self._get_param("imageId")), repository.name, repository.registry_id)
        answer = {**self._names(repository, image), "imageScanStatus": scan.describe()}
        if scan.status in _SUCCEEDED:
            findings, more = self._page(scan.outcome.findings)
            kind = "enhancedFindings" if scan.outcome.is_enhanced else "findings"
            answer |= {"imageScanFindings": {kind: list(findings), **_summary(scan)}, **more}
        return ActionResult(answer)

    def _images_of(self, repository: str) -> list[Any]:
        found = self.ecr_backend.repositories.get(repository)
        return list(found.images) if found else []

    def _page(self, items: Any) -> tuple[Any, dict[str, Any]]:
        return page(items, self._get_param("maxResults"), self._get_param("nextToken"))

    def _selected_images(self) -> list[Any]:
        name, registry, ids = (self._get_param(key) for key in ("repositoryName", "registryId", "imageIds"))
        images = list(self.ecr_backend.describe_images(name, registry, ids))
        wanted = (self._get_param("filter") or {}).get("tagStatus", "ANY")
        return [image for image in images if wanted == "ANY" or bool(image.image_tags) == (wanted == "TAGGED")]

    def _requested_image(self) -> tuple[Any, Any]:
        image_id = self._get_param("imageId")
        repository = self.ecr_backend._get_repository(self._get_param("repositoryName"), self._get_param("registryId"))
        return repository, repository._get_image(image_id.get("imageTag"), image_id.get("imageDigest"))

    def _record(self, image: Any) -> ScanRecord:
        return self._state.record((self.current_account, self.region, image.repository_name, image.image_digest))

    def _names(self, repository: Any, image: Any) -> dict[str, Any]:
        tag = self._get_param("imageId").get("imageTag")
        image_id = {"imageDigest": image.image_digest, **({"imageTag": tag} if tag else {})}
        return {"registryId": repository.registry_id, "repositoryName": repository.name, "imageId": image_id}

    def _image_detail(self, image: Any) -> dict[str, Any]:
        manifest, record = Manifest(image.image_manifest), self._record(image)
        detail = {
            "registryId": image.registry_id,
            "repositoryName": image.repository_name,
            "imageDigest": image.image_digest,
            "imageTags": list(image.image_tags) or None,
            "imageSizeInBytes": manifest.size_bytes or None,
            "imagePushedAt": image.image_pushed_at,
            "imageManifestMediaType": image.image_manifest_media_type,
            "artifactMediaType": manifest.artifact_media_type,
            "subjectManifestDigest": manifest.subject_digest,
            "lastRecordedPullTime": record.pulled_at,
            **(_scan_fields(record.scan) if self._state.has_scan_fields and record.scan else {}),
        }
        return {name: value for name, value in detail.items() if value is not None}


def _scan_fields(scan: Scan) -> dict[str, Any]:
    summary = {"imageScanFindingsSummary": _summary(scan)} if scan.status == "COMPLETE" else {}
    return {"imageScanStatus": scan.describe(), **summary}


def _summary(scan: Scan) -> dict[str, Any]:
    completed = datetime.fromtimestamp(scan.completed_at or 0, UTC)
    return {
        "imageScanCompletedAt": completed,
        "vulnerabilitySourceUpdatedAt": completed.replace(hour=0, minute=0, second=0, microsecond=0),
        "findingSeverityCounts": scan.outcome.counts,
    }


def _format_id(image_id: ImageId) -> str:
    return f"{{imageDigest:'{image_id.get('imageDigest', 'null')}', imageTag:'{image_id.get('imageTag', 'null')}'}}"
