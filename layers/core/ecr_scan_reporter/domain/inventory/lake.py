"""The lake: the two tables that Athena reads from the findings bucket, their columns, and the keys of their files.

The template has the same columns. They are added only, at the end: none is removed, or changes its type or its meaning.
A file of an earlier day lacks the columns that came later: they are NULL there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ecr_scan_reporter.domain.findings.importance import LEVEL_WORDS
from ecr_scan_reporter.domain.severities import Severity

LAKE = "lake/v1"


class LakeTable(StrEnum):
    """The tables: one row for each image, one for each finding of each image."""

    IMAGES = "images"
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `type` is one of Hive's, as Athena takes them; `meaning` is for people, as Markdown.

    https://docs.aws.amazon.com/athena/latest/ug/data-types.html
    """

    name: str
    type: str
    meaning: str


def severity_column(severity: Severity, *, suppressed: bool = False) -> str:
    """Return the column with the number of findings of a severity."""
    return f"suppressed_{severity.lower()}" if suppressed else severity.lower()


_LEVELS = ", ".join(f"{level} {words}" for level, words in LEVEL_WORDS.items())
_IMAGE = (
    Column("registry_id", "string", "the account of the registry"),
    Column("region", "string", "the region of the registry"),
    Column("repository", "string", "the name of the repository"),
    Column("digest", "string", "the image digest, `sha256:...`"),
    Column("tags", "array<string>", "the image tags"),
    Column("owner", "string", "the owner of the repository"),
)

COLUMNS: Mapping[LakeTable, tuple[Column, ...]] = {
    LakeTable.IMAGES: (
        *_IMAGE,
        Column("pushed_at", "timestamp", "when the image was pushed (UTC)"),
        Column("pulled_at", "timestamp", "when the image was last pulled (UTC)"),
        Column("size_bytes", "bigint", "the size of the image in ECR"),
        Column("status", "string", "the coverage: `current`, `stale`, `neverScanned` and so on"),
        Column("scan_status", "string", "ECR's status of the last scan"),
        Column("scanned_at", "timestamp", "when the last scan ended (UTC)"),
        Column("description", "string", "ECR's reason for a missing result"),
        *(Column(severity_column(each), "int", f"findings of this severity, `{each}`") for each in Severity),
        *(
            Column(severity_column(each, suppressed=True), "int", f"suppressed findings of `{each}`")
            for each in Severity
        ),
        Column("fixable", "int", "findings that updates fix"),
        Column("exploited", "int", "findings that are known to be exploited (KEV)"),
        Column("epss", "double", "the highest probability of exploitation, from 0 to 1"),
        Column("is_in_use", "boolean", "whether the image runs somewhere"),
        Column("places", "array<string>", "where it runs"),
        Column("is_pending", "boolean", "true while its findings were not read yet"),
        Column("ransomware", "int", "those of `exploited` that ransomware uses"),
        Column("with_exploit", "int", "findings with an exploit, as Inspector knows"),
        Column("likely", "int", "findings whose EPSS is at or above the threshold"),
        Column("overdue", "int", "findings whose deadline has passed"),
        Column("overdue_since", "date", "the earliest of these deadlines"),
    ),
    LakeTable.FINDINGS: (
        *_IMAGE,
        Column("name", "string", "the vulnerability, such as `CVE-2021-44228`"),
        Column("package", "string", "the package that has it"),
        Column("version", "string", "the version of the package"),
        Column("also_in", "array<string>", "further packages that share the finding"),
        Column("severity", "string", "`CRITICAL`, `HIGH` and so on"),
        Column("score", "double", "the CVSS score"),
        Column("uri", "string", "the page about the vulnerability"),
        Column("fixed_in", "string", "the version that fixes it"),
        Column("fix_available", "string", "Inspector's `YES`, `NO` or `PARTIAL`"),
        Column("is_fixable", "boolean", "true when updates of all its packages fix it"),
        Column("exploit_available", "boolean", "whether Inspector knows of an exploit"),
        Column("is_exploited", "boolean", "whether it is known to be exploited (KEV)"),
        Column("epss", "double", "the probability of exploitation, from 0 to 1"),
        Column("first_seen_on", "date", "the day (UTC) on which it was seen first in this image"),
        Column("suppressed_by", "string", "the suppression that hides it"),
        Column("is_in_use", "boolean", "whether the image runs somewhere"),
        Column("importance", "int", f"its level of importance: {_LEVELS}"),
        Column("ransomware", "boolean", "whether ransomware uses it, of what is known to be exploited"),
        Column("kev_added", "date", "the day on which it entered KEV"),
        Column("kev_due", "date", "the day until which US agencies must act"),
        Column("is_likely", "boolean", "whether its EPSS is at or above the threshold"),
        Column("due_on", "date", "the last day on which it may be there"),
        Column("overdue_days", "int", "the days since that day; 0 where there is time left, or no deadline"),
    ),
}


def day_prefix(table: LakeTable, day: date) -> str:
    """Return what the keys of a day's files begin with. Athena reads everything below it."""
    return f"{LAKE}/{table}/dt={day.isoformat()}/"


def complete_key(day: date) -> str:
    """Return the key of the mark of a day whose files are all written. It is in no table."""
    return f"{LAKE}/complete/{day.isoformat()}"


def begun_key(day: date) -> str:
    """Return the key of how far a day is written whose time was up before the end. It is in no table."""
    return f"{LAKE}/begun/{day.isoformat()}"


def part_key(table: LakeTable, day: date, number: int) -> str:
    """Return the key of one file of a day; numbers begin with 0."""
    return f"{day_prefix(table, day)}part-{number:02d}.ndjson.gz"
