"""The ten questions of the page for Athena: each answer is what Python counts in the same made-up registry."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import importance_of
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage
from ecr_scan_reporter.domain.inventory.lake import COLUMNS, LakeTable, day_prefix
from ecr_scan_reporter.domain.severities import Severity
from scripts.template_check.partitions import PARTITIONS
from scripts.template_check.rules.permissions import actions_fit_their_resources
from scripts.template_check.stacks import stack
from scripts.template_check.transformation import transform
from tests.docs import lake
from tests.docs.markdown import ROOT
from tests.not_empty import not_empty
from tests.template.declared import template
from tests.unit.domain.inventory.snapshot_infos import KNOWING

PAGE = (ROOT / "docs/how-to/athena.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL))
QUESTIONS = {
    title: "".join(re.findall(r"^```sql\n(.*?)^```$", body, re.MULTILINE | re.DOTALL))
    for title, body in SECTIONS.items()
}
READS = {title: "".join(re.findall(r"^Reads (.+)\.$", body, re.MULTILINE)) for title, body in SECTIONS.items()}
# Functions that Trino and DuckDB read in the same way, as sqlglot names them: LOGICAL_OR is `bool_or`, DATEDIFF is
# `date_diff`, which is the same between dates alone.
KNOWN_ALIKE = {"COUNT", "SUM", "MIN", "MAX", "AVG", "CAST", "LOGICAL_OR", "DATEDIFF"}

Row = tuple[Any, ...]
Days = dict[date, Sequence[ImageFindings]]


@pytest.fixture(scope="module")
def days() -> Days:
    return dict(lake.made_up_days())


@pytest.fixture(scope="module")
def connection(days: Days, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("lake")
    lake.write(days, folder)
    with lake.connect(folder) as connected:
        yield connected


def text(value: str) -> str | None:
    """Return a text as the lake has it."""
    return value.encode("utf-8", "replace").decode() or None


def identity(image: InventoryImage) -> tuple[str, str, str]:
    return (image.repository.registry_id, image.repository.region, image.repository.name)


def shown(inventory: Iterable[ImageFindings]) -> list[tuple[InventoryImage, Finding]]:
    """Return the findings that no suppression hides, each with its image."""
    return [(each.image, finding) for each in inventory for finding in each.findings if not finding.suppressed_by]


def grouped(items: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def last(value: Any) -> tuple[bool, Any]:
    """Sort None after everything."""
    return (value is None, value if value is not None else 0)


def largest(value: Any) -> tuple[bool, Any]:
    """Sort the largest first, and None after everything."""
    return (value is None, -value if value is not None else 0)


def day_of(finding: Finding) -> date | None:
    return finding.first_seen_at.date() if finding.first_seen_at else None


def at(moment: datetime | None) -> datetime | None:
    """Return a moment as SQL has it: without its time zone, UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0) if moment else None


def images_of(found: list[tuple[InventoryImage, Finding]]) -> int:
    return len({image.digest for image, _ in found})


def where(days: Days) -> list[Row]:
    found = [each for each in shown(days[lake.TODAY]) if each[1].name == "CVE-2021-44228"]
    groups = grouped(
        found, lambda each: (*identity(each[0]), text(each[0].owner), text(each[1].package), text(each[1].version))
    )
    rows = [
        (*key, images_of(group), min(filter(None, (day_of(finding) for _, finding in group)), default=None))
        for key, group in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row[6], *row[:3], last(row[4]), last(row[5])))


def worst(days: Days) -> list[Row]:
    levels = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
    rows: list[Row] = [
        (
            *identity(each.image),
            each.image.digest,
            list(each.image.tags) or None,
            text(each.image.owner),
            *(each.image.counts.get(level, 0) for level in levels),
        )
        for each in days[lake.TODAY]
    ]
    return sorted(rows, key=lambda row: (*(-count for count in row[6:]), *row[:4]))[:20]


def new_since(days: Days) -> list[Row]:
    def severe(day: date) -> dict[Any, list[Any]]:
        found = [each for each in shown(days[day]) if each[1].severity in (Severity.CRITICAL, Severity.HIGH)]
        return grouped(
            found,
            lambda each: (*identity(each[0]), text(each[1].name), text(each[1].package), each[1].severity.value),
        )

    before = severe(lake.TODAY - timedelta(days=7))
    rows = [(*key, images_of(group)) for key, group in severe(lake.TODAY).items() if key not in before]
    return sorted(rows, key=lambda row: (row[5], -row[6], *row[:4], last(row[4])))


def owners(days: Days) -> list[Row]:
    rows = [
        (
            owner,
            len(group),
            sum(each.image.counts.get(Severity.CRITICAL, 0) for each in group),
            sum(each.image.counts.get(Severity.HIGH, 0) for each in group),
            sum(each.image.fixable for each in group),
        )
        for owner, group in grouped(days[lake.TODAY], lambda each: text(each.image.owner)).items()
    ]
    return sorted(rows, key=lambda row: (-row[2], -row[3], last(row[0])))


def coverage(days: Days) -> list[Row]:
    rows = [
        (status, len(group), at(min(filter(None, (each.image.scanned_at for each in group)), default=None)))
        for status, group in grouped(days[lake.TODAY], lambda each: each.image.status.value).items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def ages(days: Days) -> list[Row]:
    found = [
        (text(image.owner), (lake.TODAY - seen).days)
        for image, finding in shown(days[lake.TODAY])
        if finding.severity is Severity.CRITICAL and (seen := day_of(finding))
    ]
    rows = []
    for owner, group in grouped(found, lambda each: each[0]).items():
        numbers = [number for _, number in group]
        rows.append((owner, len(numbers), pytest.approx(fmean(numbers)), max(numbers)))
    return sorted(rows, key=lambda row: (-row[3], last(row[0])))


def updates(days: Days) -> list[Row]:
    found = [
        each
        for each in shown(days[lake.TODAY])
        if each[1].severity in (Severity.CRITICAL, Severity.HIGH)
        and each[1].is_fixable
        and each[1].fixed_in
        and not each[1].also
    ]
    groups = grouped(found, lambda each: (text(each[1].package), text(each[1].version), each[1].fixed_in))
    rows = [
        (*key, len({finding.name for _, finding in group}), images_of(group), len(group))
        for key, group in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row[5], last(row[0]), last(row[1]), row[2]))[:20]


def exploited(days: Days) -> list[Row]:
    found = [
        each
        for each in shown(days[lake.TODAY])
        if each[0].is_in_use and (each[1].exploit or each[1].exploit_available or each[1].is_likely)
    ]
    info = replace(KNOWING, built_at=datetime(2026, 11, 21, 12, tzinfo=UTC))
    rows = []
    for name, group in grouped(found, lambda each: text(each[1].name)).items():
        findings = [finding for _, finding in group]
        dates = [finding.exploit.due for finding in findings if finding.exploit and finding.exploit.due]
        rows.append(
            (
                name,
                min(map(importance_of, findings)),
                images_of(group),
                min(dates, default=None),
                max((finding.epss for finding in findings if finding.epss is not None), default=None),
                max(map(info.days_overdue, findings)),
            )
        )
    return sorted(rows, key=lambda row: (row[1], largest(row[4]), -row[2], row[0]))


def without_result(days: Days) -> list[Row]:
    rows = [
        (
            *identity(image),
            image.digest,
            list(image.tags) or None,
            image.status.value,
            text(image.description),
            at(image.pushed_at),
        )
        for image in (each.image for each in days[lake.TODAY])
        if image.owner == "payments" and image.status.value not in ("current", "stale")
    ]
    return sorted(rows, key=lambda row: (largest(row[7] and row[7].timestamp()), *row[:4]))


def trend(days: Days) -> list[Row]:
    return [
        (
            day.isoformat(),
            len(days[day]),
            sum(each.image.counts.get(Severity.CRITICAL, 0) for each in days[day]),
            sum(each.image.counts.get(Severity.HIGH, 0) for each in days[day]),
        )
        for day in lake.DAYS[-30:]
    ]


ANSWERS: dict[str, Callable[[Days], list[Row]]] = {
    "Where is a vulnerability?": where,
    "Which images are the worst now?": worst,
    "What is new since a week ago?": new_since,
    "Who owns the findings?": owners,
    "Which images have a recent scan, and which do not?": coverage,
    "How old are the critical findings?": ages,
    "Which update of one package fixes most?": updates,
    "What is exploited or likely to be, and in use?": exploited,
    "Which images of a team have no result?": without_result,
    "Is it getting better?": trend,
}


def test_there_are_ten_questions_with_an_answer_each() -> None:
    assert len(QUESTIONS) == 10
    assert list(QUESTIONS) == list(ANSWERS) == list(READS)
    assert len(re.findall("^```sql$", PAGE, re.MULTILINE)) == 10


@pytest.mark.parametrize("question", ANSWERS)
def test_the_answer_is_what_python_counts(question: str, days: Days, connection: duckdb.DuckDBPyConnection) -> None:
    expected = not_empty(ANSWERS[question](days))
    assert connection.execute(QUESTIONS[question]).fetchall() == expected


def parsed(sql: str) -> exp.Expr:
    """Read SQL in Athena's dialect, with the columns of the template. Raises SqlglotError."""
    schema: dict[str, object] = {
        table.value: {column.name: column.type for column in COLUMNS[table]} | {"dt": "string"} for table in LakeTable
    }
    query = qualify(sqlglot.parse_one(sql, read="athena"), schema=schema, dialect="athena")
    return annotate_types(query, schema=schema, dialect="athena")


def unlike(query: exp.Expr) -> set[str]:
    """Return the functions of a query that Athena and DuckDB may read differently."""
    used = {each.sql_name() for each in query.find_all(exp.Func) if not isinstance(each, exp.Connector)}
    return used - KNOWN_ALIKE


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_is_sql_of_athena_about_columns_that_there_are(question: str) -> None:
    query = parsed(QUESTIONS[question])
    assert {table.name for table in query.find_all(exp.Table)} <= set(LakeTable)
    assert unlike(query) == set()
    for difference in query.find_all(exp.DateDiff):
        assert difference.this.is_type("date")
        assert difference.expression.is_type("date")


@pytest.mark.parametrize("sql", ["SELECT digest FRM images i WHERE", "SELECT diggest FROM images"])
def test_a_typo_is_noticed(sql: str) -> None:
    with pytest.raises(SqlglotError):
        parsed(sql)


def test_a_function_that_the_engines_read_differently_is_noticed() -> None:
    assert unlike(parsed("SELECT approx_distinct(digest), regexp_like(region, 'a') FROM images")) != set()
    with pytest.raises(ParseError):
        parsed("SELECT count( FROM images")


def days_read(query: exp.Expr) -> int:
    """Return how many days a query names, 0 for all of them."""
    named = {each.this for each in query.find_all(exp.Literal) if re.fullmatch(r"\d{4}-\d\d-\d\d", each.this)}
    between = [each for each in query.find_all(exp.Between) if each.this.name == "dt"]
    if between:
        first, until = sorted(date.fromisoformat(day) for day in named)
        return (until - first).days + 1
    where_ = query.find(exp.Where)
    assert where_ is None or "dt" in {column.name for column in where_.find_all(exp.Column)}
    return len(named)


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_reads_as_many_days_as_the_page_says(question: str) -> None:
    query = sqlglot.parse_one(QUESTIONS[question], read="athena")
    [table] = query.find_all(exp.Table)
    number = days_read(query)
    assert number > 0
    assert READS[question] == f"{number} {'day' if number == 1 else 'days'} of `{table.name}`"


def test_the_made_up_registry_has_what_the_questions_tell_apart(
    days: Days, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    both = "SELECT count(*), count(DISTINCT dt), count(DISTINCT digest) FROM "
    for table in LakeTable:
        rows, number, images = not_empty(connection.execute(f"{both}{table}").fetchall())[0]
        assert number == len(lake.DAYS) > 30
        assert rows > images > 24
    today = days[lake.TODAY]
    findings = [finding for each in today for finding in each.findings]
    assert {bool(finding.suppressed_by) for finding in findings} == {True, False}
    assert {each.image.owner for each in today} >= {"", "payments", "data"}
    lake.write({lake.TODAY: today}, tmp_path)
    for table in LakeTable:
        assert len(list((tmp_path / day_prefix(table, lake.TODAY)).iterdir())) > 50


def test_the_policy_of_a_person_is_one_that_iam_takes() -> None:
    [policy] = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
    for partition in PARTITIONS:
        made = stack(transform(template, partition.region), partition, {"AnalyticsEnabled": "True"})
        words = {"partition": partition.name, "region": partition.region, "account": "123456789012"}
        names = {"AnalyticsWorkGroupName": "w", "AnalyticsDatabaseName": "d", "FindingsBucketName": "b"}
        filled = json.dumps(policy)
        for name, value in (words | names).items():
            filled = filled.replace(f"<{name}>", value)
        assert "<" not in filled
        role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": json.loads(filled)}]}}
        problems = actions_fit_their_resources(replace(made, resources={"Person": role}))
        assert [str(problem) for problem in problems] == []
