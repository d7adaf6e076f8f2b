"""A made-up registry over five weeks, written into a folder as the inventory writes it, and DuckDB on the files."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.lake import COLUMNS, LAKE, LakeTable
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity, count_severities
from ecr_scan_reporter.use_cases.inventory.write_lake import PART_BYTES, write_lake
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, KNOWING

TODAY = date(2026, 11, 21)
DAYS = [TODAY - timedelta(days=number) for number in reversed(range(35))]
_IMAGES = 120
# The types of Hive that are called otherwise in DuckDB.
_TYPES = {"string": "VARCHAR", "int": "INTEGER", "array<string>": "VARCHAR[]"}
_REPOSITORIES = (
    (Repository("123456789012", "eu-west-1", "shop/app"), "payments"),
    (Repository("123456789012", "us-east-1", "shop/app"), "payments"),
    (Repository("210987654321", "eu-west-1", "data/jobs"), "data"),
    (Repository("123456789012", "eu-west-1", "old"), ""),
)
_NAMES = ("CVE-2021-44228", *(f"CVE-2026-{number}" for number in range(9)), "ALAS-2026-'; --\n", "CVE-\ud800")
_PACKAGES = ("openssl", "log4j-core", "zlib", "", "@scope/\u202epackage", "nul\0byte")

Inventory = Sequence[ImageFindings]


@dataclass(frozen=True)
class Folder:
    """A bucket in a folder."""

    path: Path

    def put(self, key: str, body: bytes) -> None:
        file = self.path / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)

    def get(self, key: str) -> bytes | None:
        file = self.path / key
        return file.read_bytes() if file.exists() else None

    def keys(self, prefix: str) -> Iterator[str]:
        yield from (file.relative_to(self.path).as_posix() for file in (self.path / prefix).glob("*"))

    def delete(self, key: str) -> None:
        (self.path / key).unlink()


def made_up_days() -> Mapping[date, Inventory]:
    """Return the inventory of each day, the same in each run."""
    chance = random.Random(11)
    days: dict[date, Inventory] = {}
    inventory = [_image(number, chance, DAYS[0]) for number in range(_IMAGES)]
    for day in DAYS:
        # Each day some images are scanned again or replaced.
        for _ in range(chance.randint(1, 9)):
            inventory[chance.randrange(_IMAGES)] = _image(chance.randrange(_IMAGES, 400), chance, day)
        unique = {found.image.id: found for found in inventory}
        days[day] = tuple(unique.values())
    return days


def write(days: Mapping[date, Inventory], folder: Path) -> None:
    """Write the days, the last one in a file for each image."""
    for day, inventory in days.items():
        info = replace(KNOWING, built_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        write_lake(inventory, info, day, Folder(folder), part_bytes=1 if day == TODAY else PART_BYTES)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return DuckDB with the two tables, of the columns and types that the template declares."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    for table in LakeTable:
        columns = {column.name: _TYPES.get(column.type, column.type.upper()) for column in COLUMNS[table]}
        files = folder / LAKE / table / "*" / "*.ndjson.gz"
        connection.execute(
            f"CREATE VIEW {table} AS SELECT * FROM read_json('{files}', format = 'newline_delimited', "
            f"columns = {columns}, hive_partitioning = true, hive_types_autocast = false)"
        )
    return connection


def _image(number: int, chance: random.Random, day: date) -> ImageFindings:
    repository, owner = chance.choice(_REPOSITORIES)
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    image = InventoryImage(
        ImageId(repository, f"sha256:{number:064x}"),
        tags=chance.choice(((), ("latest",), ("1.2", "latest"))),
        owner=owner,
        is_in_use=chance.choice((None, True, False)),
        pushed_at=chance.choice((None, now - timedelta(hours=chance.randrange(2000)))),
    )
    if chance.random() < 0.25:
        statuses = (CoverageStatus.NEVER_SCANNED, CoverageStatus.FAILED, CoverageStatus.TOO_LARGE)
        return ImageFindings(replace(image, status=chance.choice(statuses), description="no\nresult"), ())
    findings = tuple(_finding(chance, now) for _ in range(chance.randrange(13)))
    shown = [finding for finding in findings if not finding.suppressed_by]
    scanned = replace(
        image,
        status=chance.choice((CoverageStatus.CURRENT, CoverageStatus.STALE)),
        scanned_at=now - timedelta(hours=chance.randrange(300)),
        counts=count_severities(finding.severity for finding in shown),
        suppressed=count_severities(finding.severity for finding in findings if finding.suppressed_by),
        fixable=sum(finding.is_fixable for finding in shown),
    )
    return ImageFindings(scanned, findings)


def _finding(chance: random.Random, now: datetime) -> Finding:
    epss = chance.choice((None, 0.01, 0.1, 0.5))
    return Finding(
        chance.choice(_NAMES),
        chance.choice(tuple(Severity)[:4]),
        chance.choice(_PACKAGES),
        chance.choice(("1.0", "1.1", "")),
        score=chance.choice((None, 9.8, float("nan"))),
        also=chance.choice(((), (), (("other", "1.0"),))),
        fix_available=chance.choice(("", "", "YES", "NO", "PARTIAL")),
        fixed_in=chance.choice(("", "2.0", "2.1")),
        exploit_available=chance.choice((None, False, False, True)),
        epss=epss,
        is_likely=(epss or 0) >= 0.1,
        exploit=chance.choice((None, None, None, KnownExploit(TODAY), EXPLOIT)),
        first_seen_at=chance.choice((None, now - timedelta(hours=chance.randrange(3000)))),
        suppressed_by=chance.choice(("", "", "", "rule")),
    )
