"""The keys of the ledger never change: a deployed application has items under them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ecr_scan_reporter.aws.ledger import keys
from ecr_scan_reporter.domain.registry.images import ImageId, Repository

REPOSITORY = Repository("123456789012", "eu-west-1", "team/app")
IMAGE = ImageId(REPOSITORY, "sha256:00ff")
AT = datetime(2026, 1, 31, 4, 30, 15, 999, tzinfo=UTC)
PARTITION, REGISTRY = "123456789012/eu-west-1/team/app", "123456789012/eu-west-1"


@pytest.mark.parametrize(
    ("key", "partition", "record"),
    [
        (keys.result_key(IMAGE, keys.SCANNER), PARTITION, "sha256:00ff#scanner"),
        (keys.result_key(IMAGE, keys.REPORTER), PARTITION, "sha256:00ff#reporter"),
        (keys.change_key(IMAGE, AT, "01ab"), PARTITION, "change#2026-01-31T04:30:15Z#sha256:00ff#01ab"),
        (keys.coverage_key(REPOSITORY), PARTITION, "coverage"),
        (keys.pause_key(REPOSITORY), REGISTRY, "pause"),
        (keys.budget_key(REPOSITORY, AT), REGISTRY, "budget#2026-01-31"),
        (keys.LAST_DIGEST, "digest", "last"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_item_has_its_key(key: dict[str, Any], partition: str, record: str) -> None:
    assert key == {"repository": {"S": partition}, "record": {"S": record}}
    assert (keys.partition_of(key), keys.record_of(key)) == (partition, record)


def test_a_key_is_read_back_as_it_was_written() -> None:
    result, change = keys.result_key(IMAGE, keys.REPORTER), keys.change_key(IMAGE, AT, "01ab")
    assert keys.repository_of(keys.partition_of(result)) == REPOSITORY
    assert keys.digest_of(keys.record_of(result)) == IMAGE.digest
    assert keys.is_of_reporter(keys.record_of(result))
    assert not keys.is_of_reporter(keys.record_of(keys.result_key(IMAGE, keys.SCANNER)))
    assert keys.change_of(keys.record_of(change)) == (AT.replace(microsecond=0), IMAGE.digest)


@pytest.mark.parametrize("partition", [REGISTRY, "digest", ""])
def test_the_partitions_of_registries_and_of_the_digest_are_no_repository(partition: str) -> None:
    assert keys.repository_of(partition) is None


def test_a_record_of_another_version_is_read_by_its_digest() -> None:
    assert keys.digest_of("sha256:00ff") == keys.digest_of("sha256:00ff#other#2") == "sha256:00ff"
    with pytest.raises(ValueError, match="unpack"):
        keys.change_of("change#2026-01-31T04:30:15Z")
