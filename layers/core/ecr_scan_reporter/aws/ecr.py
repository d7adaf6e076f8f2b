"""Amazon ECR: repositories, images, scans and their findings.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.registry.arns import repository_arn
from ecr_scan_reporter.domain.registry.images import (
    INDEX_MEDIA_TYPES,
    Image,
    ImageId,
    ImageReference,
    Repository,
    TagStatus,
)
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult, read_refusal
from ecr_scan_reporter.errors import (
    CallFailedError,
    ImageNotFoundError,
    RegistryError,
    RepositoryNotFoundError,
    ScanRefusedError,
)

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

    from ecr_scan_reporter.domain.findings.findings import ScanResult
    from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription

PAGE_SIZE = 1_000
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
MAX_IMAGE_IDS = 100
MAX_QUOTED = 200
# Codes with which ECR refuses to scan an image; the message has the reason. Other codes of the operation are known.
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html
REFUSALS = frozenset({"InvalidParameterException", "ValidationException"})
CONFIGURATION_SECONDS = 900.0
TAGS_SECONDS = 300.0


class EcrRegistry:
    """The registry of the client's account and region, or of the account `registry_id` in this region."""

    def __init__(
        self,
        client: "ECRClient",
        caller: Caller,
        registry_id: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._caller = caller
        self._clock = clock
        self._lock = threading.Lock()
        self._enhanced: tuple[float, bool] | None = None
        self._tags: dict[str, tuple[float, Mapping[str, str]]] = {}
        self._own_registry_id = ""
        self._registry: dict[str, Any] = {"registryId": registry_id} if registry_id else {}

    @property
    def region(self) -> str:
        """The region of the registry."""
        return self._client.meta.region_name

    @property
    def registry_id(self) -> str:
        """The account of the registry, as given or as ECR returned it; empty before either."""
        return str(self._registry.get("registryId", self._own_registry_id))

    def repository_names(self) -> Iterator[str]:
        """Yield the names of all repositories."""
        for page in self._pages(self._client.describe_repositories, maxResults=PAGE_SIZE):
            for repository in page["repositories"]:
                yield repository["repositoryName"]

    def repositories(self) -> Iterator["RepositoryDescription"]:
        """Yield all repositories, with their settings."""
        # Imported here: the scanners need the names alone.
        from ecr_scan_reporter.aws.descriptions import read_description

        for page in self._pages(self._client.describe_repositories, maxResults=PAGE_SIZE):
            for repository in page["repositories"]:
                yield read_description(repository, self.region)

    def repository(self, name: str) -> "RepositoryDescription":
        """Return one repository, with its settings. Raises RepositoryNotFoundError."""
        from ecr_scan_reporter.aws.descriptions import read_description

        response = self._call(self._client.describe_repositories, repositoryNames=[name])
        return read_description(response["repositories"][0], self.region)

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        """Yield each image digest of a repository once. Raises RepositoryNotFoundError."""
        pages = self._pages(
            self._client.describe_images,
            repositoryName=repository,
            filter={"tagStatus": tag_status.value},
            maxResults=PAGE_SIZE,
        )
        # Pages shift while somebody pushes, and then repeat an image.
        yield from _once(_image(detail, self.region, repository) for page in pages for detail in page["imageDetails"])

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        """Yield the named images, each digest once; skips images that are gone."""
        parts = chunks(references, MAX_IMAGE_IDS)
        yield from _once(image for named in parts for image in self._describe(repository, named))

    def _describe(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        image_ids = [{"imageDigest": r.digest} if r.digest else {"imageTag": r.tag} for r in references]
        try:
            response = self._call(self._client.describe_images, repositoryName=repository, imageIds=image_ids)
        except ImageNotFoundError:
            # ECR fails the whole call for one missing image: halve the list until it stands alone.
            if len(references) > 1:
                middle = len(references) // 2
                yield from self._describe(repository, references[:middle])
                yield from self._describe(repository, references[middle:])
            return
        for detail in response["imageDetails"]:
            yield _image(detail, self.region, repository)

    def is_enhanced(self) -> bool:
        """Return whether enhanced scanning (Amazon Inspector) is on, which refuses basic scans. Cached for 15 minutes.

        Also False when the caller may not read the configuration, and for the registry of another account: ECR answers
        for the caller's own, and StartImageScan fails there.
        """
        with self._lock:  # one call for jobs that run side by side
            now = self._clock()
            if self._enhanced is None or now - self._enhanced[0] > CONFIGURATION_SECONDS:
                is_enhanced = self._read_is_enhanced()
                self._enhanced = None if is_enhanced is None else (now, is_enhanced)
            return self._enhanced is not None and self._enhanced[1]

    def _read_is_enhanced(self) -> bool | None:
        """Return None after a passing fault: the next job tries again."""
        try:
            response = self._caller.once(self._client.get_registry_scanning_configuration)
        except CallFailedError as error:
            return None if error.is_passing else False
        self._own_registry_id = response.get("registryId", "")
        if self._registry and self.registry_id != self._own_registry_id:
            return False
        return bool(response.get("scanningConfiguration", {}).get("scanType") == "ENHANCED")

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        """Return the AWS tags of a repository, none when it is gone. Cached for five minutes."""
        now, cached = self._clock(), self._tags.get(repository.name)
        if cached is None or now - cached[0] > TAGS_SECONDS:
            cached = self._tags[repository.name] = (now, self._read_repository_tags(repository))
        return cached[1]

    def _read_repository_tags(self, repository: Repository) -> Mapping[str, str]:
        try:
            response = self._caller(self._client.list_tags_for_resource, resourceArn=repository_arn(repository))
        except CallFailedError as error:
            if error.code == "RepositoryNotFoundException":
                return {}
            raise
        return {tag["Key"]: tag.get("Value", "") for tag in response.get("tags", ())}

    def is_watched(self, repository: str) -> bool | None:
        """Return whether a rule of the registry has the repository scanned without being asked; None: not known.

        https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html
        """
        operation = self._client.batch_get_repository_scanning_configuration
        try:
            found = self._caller(operation, repositoryNames=[repository]).get("scanningConfigurations", ())
        except CallFailedError:
            return None
        # The call knows the caller's own registry alone, whose repository may have the same name.
        account = f":{self._registry.get('registryId', '')}:" if self._registry else ""
        own = [each for each in found if account in each.get("repositoryArn", "")]
        return own[0].get("scanFrequency") != "MANUAL" if own else None

    def manifest(self, image: ImageId) -> str:
        """Return the manifest of an index. Raises ImageNotFoundError."""
        response = self._call(
            self._client.batch_get_image,
            repositoryName=image.repository.name,
            imageIds=[{"imageDigest": image.digest}],
            acceptedMediaTypes=sorted(INDEX_MEDIA_TYPES),
        )
        if not response.get("images"):
            raise ImageNotFoundError(image.digest)
        return str(response["images"][0]["imageManifest"])

    def last_scan(self, image: Image) -> LastScan:
        """Return the last scan of one image, with the status NOT_SCANNED without one. Raises ImageNotFoundError."""
        try:
            response = self._call(self._client.describe_image_scan_findings, **_scan_of(image.id), maxResults=1)
        except _ScanNotFoundError:
            return LastScan(ScanStatus.NOT_SCANNED)
        status = response.get("imageScanStatus", {})
        return LastScan(
            status=ScanStatus.parse(status.get("status")),
            scanned_at=response.get("imageScanFindings", {}).get("imageScanCompletedAt"),
            description=status.get("description", ""),
        )

    def start_scan(self, image: Image) -> StartScanResult:
        """Start a scan of one image, by its digest. Known refusals are results.

        Raises ScanRefusedError for a refusal in unknown words, CallFailedError for a fault.
        """
        try:
            self._caller(self._client.start_image_scan, **self._registry, **_scan_of(image.id))
        except CallFailedError as error:
            refusal = read_refusal(error.code, error.message)
            if refusal is StartScanResult.RATE_LIMITED and error.is_after_fault:
                return StartScanResult.STARTED  # by the attempt before, whose response was lost
            if refusal is not None:
                return refusal
            if error.code in REFUSALS:
                raise ScanRefusedError(f"{error.code}: {error.message}"[:MAX_QUOTED]) from error
            raise
        return StartScanResult.STARTED

    def scan_result(self, image: ImageId) -> "ScanResult | None":
        """Return the last scan of an image with all its findings, None without a scan. Raises ImageNotFoundError."""
        parameters = _scan_of(image) | {"maxResults": PAGE_SIZE}
        try:
            pages = list(self._pages(self._client.describe_image_scan_findings, **parameters))
        except _ScanNotFoundError:
            return None
        # Imported here: the scanners read no findings, and their cold start must not pay for it.
        from ecr_scan_reporter.aws.scan_findings import read_scan_result

        return read_scan_result(pages)

    def _call(self, operation: Any, **parameters: Any) -> Any:
        try:
            return self._caller(operation, **self._registry, **parameters)
        except CallFailedError as error:
            raise _translate(error) from error

    def _pages(self, operation: Any, **parameters: Any) -> Iterator[Any]:
        try:
            yield from self._caller.pages(operation, **self._registry, **parameters)
        except CallFailedError as error:
            raise _translate(error) from error


class _ScanNotFoundError(RegistryError):
    """The image was never scanned."""


_ERRORS: Mapping[str, type[RegistryError]] = {
    "RepositoryNotFoundException": RepositoryNotFoundError,
    "ImageNotFoundException": ImageNotFoundError,
    "ScanNotFoundException": _ScanNotFoundError,
}


def _translate(error: CallFailedError) -> Exception:
    error_class = _ERRORS.get(error.code)
    return error_class(error.message) if error_class else error


def _scan_of(image: ImageId) -> dict[str, Any]:
    return {"repositoryName": image.repository.name, "imageId": {"imageDigest": image.digest}}


def _once(images: Iterable[Image]) -> Iterator[Image]:
    seen: set[str] = set()
    for image in images:
        if image.digest not in seen:
            seen.add(image.digest)
            yield image


def _image(detail: Mapping[str, Any], region: str, repository: str) -> Image:
    return Image(
        id=ImageId(Repository(detail.get("registryId", ""), region, repository), detail["imageDigest"]),
        tags=tuple(detail.get("imageTags", ())),
        pushed_at=detail.get("imagePushedAt"),
        pulled_at=detail.get("lastRecordedPullTime"),
        size_bytes=detail.get("imageSizeInBytes", 0),
        manifest_media_type=detail.get("imageManifestMediaType", ""),
        artifact_media_type=detail.get("artifactMediaType", ""),
        subject_digest=detail.get("subjectManifestDigest", ""),
        is_archived=detail.get("imageStatus") == "ARCHIVED",
        last_scan=_described_scan(detail),
    )


def _described_scan(detail: Mapping[str, Any]) -> LastScan | None:
    status, summary = detail.get("imageScanStatus"), detail.get("imageScanFindingsSummary")
    if not status and not summary:
        return None
    return LastScan(
        status=ScanStatus.parse(status.get("status")) if status else ScanStatus.COMPLETE,
        scanned_at=(summary or {}).get("imageScanCompletedAt"),
        description=(status or {}).get("description", ""),
    )
