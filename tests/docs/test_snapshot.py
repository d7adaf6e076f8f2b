"""The reference of the snapshot: every column has its meaning, and its questions have the right answers."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.meanings.tables import FACTS
from ecr_scan_reporter.snapshot.meta import write_meta
from ecr_scan_reporter.use_cases.inventory.build import ALL_READ_AT, READ_UNTIL
from scripts.reference.snapshot import FILES, PAGE, declared_tables
from tests.not_empty import not_empty
from tests.unit.snapshot.registries import NOW, MadeImage, MadeRegistry, build, digest_of, info, suppression

TEXT = PAGE.path.read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### ([^\n]+\?)\n(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL))
QUESTIONS = {
    title: "".join(re.findall(r"^```sql\n(.*?)^```$", body, re.MULTILINE | re.DOTALL))
    for title, body in SECTIONS.items()
}
APP = Repository("123456789012", "eu-west-1", "payments/app")
SEARCH = Repository("123456789012", "eu-west-1", "infra/search")
LOG4J = "CVE-2021-44228"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCANNED_AT = "2026-11-21 10:00:00"


def finding(name: str, severity: Severity, package: str, version: str, days: int, fixed_in: str = "") -> Finding:
    return Finding(name, severity, package=package, version=version, fixed_in=fixed_in, first_seen_at=NOW - DAY * days)


def image(repository: Repository, tag: str, *findings: Finding) -> MadeImage:
    made = Image(ImageId(repository, digest_of(f"{repository}:{tag}")), (tag,), pushed_at=NOW - DAY * 90)
    return MadeImage(made, ScanResult(ScanStatus.COMPLETE, NOW - HOUR * 2, findings=findings))


ZLIB = finding("CVE-2026-3", Severity.LOW, "zlib", "1.2", 40)
OPENSSL = finding("CVE-2026-2", Severity.HIGH, "openssl", "3.0", 5, "3.1")
REGISTRY = MadeRegistry(
    images=[
        image(APP, "1.0", finding(LOG4J, Severity.CRITICAL, "log4j-core", "2.14", 9, "2.15"), OPENSSL),
        image(APP, "1.1", finding(LOG4J, Severity.CRITICAL, "log4j-core", "2.14", 9, "2.15"), OPENSSL, ZLIB),
        image(SEARCH, "7", finding(LOG4J, Severity.CRITICAL, "log4j-core", "2.11", 20, "2.15"), OPENSSL),
        image(SEARCH, "8", ZLIB),
    ],
    owners={APP: "payments", SEARCH: ""},
    suppressions=[suppression("accepted", LOG4J, repository=SEARCH.name)],
)
ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "Where is a vulnerability?": [
        ("payments/app", '["1.0"]', "payments", "log4j-core", "2.14", "CRITICAL", "2.15"),
        ("payments/app", '["1.1"]', "payments", "log4j-core", "2.14", "CRITICAL", "2.15"),
    ],
    "Which images are the worst?": [
        ("payments/app", '["1.0"]', 1, 1, 2, SCANNED_AT),
        ("payments/app", '["1.1"]', 1, 1, 2, SCANNED_AT),
        ("infra/search", '["7"]', 0, 1, 1, SCANNED_AT),
    ],
    "Which package has most of the severe findings?": [
        ("openssl", "3.0", 3, 3),
        ("log4j-core", "2.14", 2, 2),
        ("log4j-core", "2.11", 1, 1),
    ],
    "When were the findings of an image first seen?": [
        ("CVE-2026-3", "zlib", "2026-10-12"),
        (LOG4J, "log4j-core", "2026-11-12"),
        ("CVE-2026-2", "openssl", "2026-11-16"),
    ],
    "Does it get better?": [("2026-11-19", 1, 1, 1, 0), ("2026-11-21", 2, 2, 2, 0)],
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Build on three days, of which the second is like the first; open the files as the page does."""
    folder = tmp_path_factory.mktemp("snapshot")
    before = MadeRegistry(REGISTRY.images[:1], {APP: "payments"})
    build(before, folder, now=NOW - DAY * 2).close()
    build(before, folder, is_fresh=False, now=NOW - DAY, generation=2).close()
    build(REGISTRY, folder, is_fresh=False, generation=3).close()
    with closing(sqlite3.connect(folder / "images.sqlite")) as connection:
        for file in ("findings", "history"):
            connection.execute(f"ATTACH ? AS {file}", (str(folder / f"{file}.sqlite"),))
        yield connection


def test_there_are_five_questions_with_an_answer_each() -> None:
    assert list(QUESTIONS) == list(ANSWERS)
    assert len(re.findall("^```sql$", TEXT, re.MULTILINE)) == len(QUESTIONS) == 5


@pytest.mark.parametrize("question", not_empty(list(ANSWERS)))
def test_a_question_has_the_right_answer(question: str, snapshot: sqlite3.Connection) -> None:
    assert snapshot.execute(QUESTIONS[question]).fetchall() == ANSWERS[question]


def test_most_findings_of_the_image_that_is_asked_about_have_another_day(snapshot: sqlite3.Connection) -> None:
    """The question about the days would be right without `others`, were they all of one day."""
    [others] = snapshot.execute(
        "SELECT others FROM first_seen JOIN image_tag USING (image_id) WHERE tag = '1.1'"
    ).fetchone()
    assert re.fullmatch(r'\{"\d{5}":\[\d\],"\d{5}":\[\d\]\}', others)


@pytest.mark.parametrize("file", not_empty(list(FILES)))
def test_every_table_and_every_column_has_a_meaning_in_the_order_of_the_schema(file: str) -> None:
    described = {
        table.name: [name for column in table.columns for name in column.names] for table in not_empty(FILES[file])
    }
    assert described == {name: list(columns) for name, columns in declared_tables(file).items()}
    assert all(column.meaning for table in FILES[file] for column in table.columns)


def test_the_facts_of_a_snapshot_are_those_that_a_build_writes() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for name in ("f", "h"):
            connection.execute(f"ATTACH ':memory:' AS {name}")
        for name in ("main", "f", "h"):
            connection.execute(f"CREATE TABLE {name}.meta(key TEXT PRIMARY KEY, value)")
        write_meta(connection, info(), {READ_UNTIL: "", ALL_READ_AT: "", "rules": ""})
        assert {key for (key,) in connection.execute("SELECT key FROM meta")} == FACTS.keys()


def test_the_ranks_of_severities_have_their_names(snapshot: sqlite3.Connection) -> None:
    rows = snapshot.execute("SELECT rank, name FROM severity ORDER BY rank").fetchall()
    assert rows == [(severity.rank, severity.value) for severity in Severity]
