"""The metrics of a snapshot: names, labels and values of aws-exporters/ecr, and what the inventory knows beside."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.inventory.measures import MetricsDetail
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.exporter.collector import InventoryCollector
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from tests.unit.snapshot.registries import NOW, MadeImage, MadeRegistry, build, digest_of, suppression

ACCOUNT, REGION = "123456789012", "us-west-2"
APP, WEB = (Repository(ACCOUNT, REGION, name) for name in ("team/app", "web"))
FINDINGS = (
    Finding("CVE-2021-44228", Severity.CRITICAL, "log4j", "2.14", fix_available="YES", first_seen_at=NOW),
    Finding("CVE-2024-1", Severity.HIGH, "curl", "8", first_seen_at=NOW),
    Finding("CVE-2024-2", Severity.HIGH, "zlib", "1", first_seen_at=NOW - timedelta(days=90)),
)
PUSHED = NOW - timedelta(days=3)


def image(repository: Repository, tags: tuple[str, ...], *findings: Finding, size: int = 5) -> MadeImage:
    """Return an image that was scanned now."""
    made = Image(ImageId(repository, digest_of(f"{repository}{tags}")), tags=tags, pushed_at=PUSHED, size_bytes=size)
    return MadeImage(made, ScanResult(ScanStatus.COMPLETE, NOW, findings=findings))


IMAGES = (
    image(APP, ("1.0", "latest"), *FINDINGS, size=7),
    image(APP, ()),
    MadeImage(Image(ImageId(WEB, digest_of("never")), tags=("2",), pushed_at=None, size_bytes=1)),
)
REGISTRY = MadeRegistry(
    IMAGES,
    owners={APP: "payments", WEB: ""},
    suppressions=(suppression("curl", "CVE-2024-1"),),
    rules=ImportanceRules(
        Exploits(FeedCopy("kev", NOW), None, {"CVE-2021-44228": KnownExploit(date(2026, 11, 20))}, {})
    ),
)

Samples = dict[tuple[str, ...], float]


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[SnapshotInventory]:
    """The snapshot of the registry."""
    inventory = build(REGISTRY, tmp_path)
    yield inventory
    inventory.close()


def text_of(inventory: SnapshotInventory, detail: MetricsDetail = MetricsDetail.IMAGE) -> str:
    """Return the metrics as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(InventoryCollector(inventory, detail))
    return generate_latest(registry).decode()


def samples(inventory: SnapshotInventory, name: str, *labels: str) -> Samples:
    """Return the values of one metric, by some of its labels."""
    return {
        tuple(sample.labels[label] for label in labels): sample.value
        for family in text_string_to_metric_families(text_of(inventory))
        for sample in family.samples
        if sample.name == name
    }


def test_each_tag_of_an_image_has_a_series_and_one_without_tags_its_digest(inventory: SnapshotInventory) -> None:
    found = samples(inventory, "aws_ecr_image_size_in_bytes", "digest", "image", "name", "registry_id", "tag")
    tagged, untagged, never = (each.image.id.digest for each in IMAGES)
    uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
    assert found == {
        (tagged, f"{uri}/team/app:1.0", "team/app", ACCOUNT, "1.0"): 7,
        (tagged, f"{uri}/team/app:latest", "team/app", ACCOUNT, "latest"): 7,
        (untagged, f"{uri}/team/app@{untagged}", "team/app", ACCOUNT, ""): 5,
        (never, f"{uri}/web:2", "web", ACCOUNT, "2"): 1,
    }


def test_severities_are_those_of_the_scan_with_suppressed_findings(inventory: SnapshotInventory) -> None:
    found = samples(inventory, "aws_ecr_image_scan_severity_count", "tag", "severity")
    assert found == {
        (tag, severity): 1 + (severity == "HIGH") for tag in ("1.0", "latest") for severity in ("CRITICAL", "HIGH")
    }
    assert samples(inventory, "aws_ecr_image_suppressed_findings", "tag") == {("1.0",): 1, ("latest",): 1, ("",): 0}
    assert samples(inventory, "aws_ecr_image_fixable_findings", "tag") == {("1.0",): 1, ("latest",): 1, ("",): 0}
    assert samples(inventory, "aws_ecr_image_exploited_findings", "tag") == {("1.0",): 1, ("latest",): 1, ("",): 0}


def test_an_image_without_a_scan_has_a_status_and_no_moment(inventory: SnapshotInventory) -> None:
    assert samples(inventory, "aws_ecr_image_scan_completed_at_timestamp_seconds", "name", "tag").keys() == {
        ("team/app", "1.0"),
        ("team/app", "latest"),
        ("team/app", ""),
    }
    assert samples(inventory, "aws_ecr_image_pushed_at_timestamp_seconds", "tag")["1.0",] == PUSHED.timestamp()
    assert samples(inventory, "aws_ecr_image_scan_status", "tag", "status") == {
        ("1.0", "COMPLETE"): 1,
        ("latest", "COMPLETE"): 1,
        ("", "COMPLETE"): 1,
        ("2", "NOT_SCANNED"): 1,
    }


@pytest.mark.parametrize(("kind", "labels"), [("repository", ("name", "owner")), ("owner", ("owner",))])
def test_repositories_and_owners_have_their_sums(
    inventory: SnapshotInventory, kind: str, labels: tuple[str, ...]
) -> None:
    app, web = (("team/app", "payments"), ("web", "")) if kind == "repository" else (("payments",), ("",))
    images = samples(inventory, f"aws_ecr_{kind}_images", *labels, "status")
    assert (images[*app, "current"], images[*web, "neverScanned"], images[*web, "current"]) == (2, 1, 0)
    findings = samples(inventory, f"aws_ecr_{kind}_findings", *labels, "severity")
    assert (findings[*app, "CRITICAL"], findings[*app, "HIGH"], findings[*web, "HIGH"]) == (1, 1, 0)
    numbers = {"fixable": 1, "suppressed": 1, "overdue": 1, "exploited": 1}
    for name, number in numbers.items():
        assert samples(inventory, f"aws_ecr_{kind}_{name}_findings", *labels)[app] == number, name
    assert samples(inventory, f"aws_ecr_{kind}_size_bytes", *labels) == {app: 12, web: 1}
    assert samples(inventory, f"aws_ecr_{kind}_oldest_scan_timestamp_seconds", *labels) == {app: NOW.timestamp()}


def test_the_snapshot_tells_its_age_and_that_of_the_feeds(inventory: SnapshotInventory) -> None:
    assert samples(inventory, "aws_ecr_repository_count", "registry_id") == {(ACCOUNT,): 2}
    assert samples(inventory, "aws_ecr_repository_exporter_up") == {(): 1}
    assert samples(inventory, "aws_ecr_inventory_complete") == {(): 1}
    assert samples(inventory, "aws_ecr_inventory_built_timestamp_seconds") == {(): NOW.timestamp()}
    assert samples(inventory, "aws_ecr_exploit_feed_fetched_timestamp_seconds", "feed") == {("kev",): NOW.timestamp()}


def test_each_detail_has_the_metrics_of_those_before_it(inventory: SnapshotInventory) -> None:
    names = [
        {family.name for family in text_string_to_metric_families(text_of(inventory, detail))}
        for detail in MetricsDetail
    ]
    assert names[0] < names[1] < names[2]
    assert "aws_ecr_owner_findings" in names[0]
    assert {"aws_ecr_repository_info", "aws_ecr_repository_findings"} < names[1] - names[0]
    assert {name.startswith("aws_ecr_image_") for name in names[2] - names[1]} == {True}
