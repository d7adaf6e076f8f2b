import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.registry.images import Image, TagStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.scanning.scan_registry import (
    RegistryOutcome,
    RegistryScan,
    RepositoryOutcome,
    scan_registry,
)
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools
from tests.unit.samples import NOW, digest, image
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry, one_at_a_time


@dataclass
class Registry(FakeRegistry):
    """A registry in which the repositories of `errors` cannot be read."""

    errors: dict[str, Exception] = field(default_factory=dict)

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        if repository in self.errors:
            raise self.errors[repository]
        return super().images(repository, tag_status)


@dataclass
class Progress:
    """Remembers what it got."""

    expected: list[int] = field(default_factory=list)
    outcomes: list[RepositoryOutcome] = field(default_factory=list)

    def expect(self, repositories: int) -> None:
        self.expected.append(repositories)

    def repository_done(self, outcome: RepositoryOutcome) -> None:
        self.outcomes.append(outcome)


def scan(registry: FakeRegistry, *names: str, expression: str = "", **options: Any) -> tuple[RegistryOutcome, Progress]:
    progress = Progress()
    wanted = RegistryScan(re.compile(expression), ScanPolicy(parse_duration("7d")), **options)
    tools = ScanTools(registry, FakeLedger(), one_at_a_time)
    return scan_registry(names, wanted, tools, one_at_a_time, progress, NOW), progress


def test_scans_the_repositories_that_the_filter_selects() -> None:
    registry = FakeRegistry([image(1)])
    outcome, progress = scan(registry, "team/app", "infra/proxy", "team/web", expression="team/")
    assert outcome == RegistryOutcome(is_complete=True)
    assert progress.expected == [2]
    assert [repository.name for repository in progress.outcomes] == ["team/app", "team/web"]
    assert registry.listings == [TagStatus.ANY] * 2


def test_a_dry_run_starts_no_scan() -> None:
    registry = FakeRegistry([image(1)])
    _, progress = scan(registry, "team/app", is_dry_run=True)
    assert registry.started == []
    assert [repository.summary.due for repository in progress.outcomes if repository.summary] == [1]


def test_an_error_of_one_repository_stops_no_other() -> None:
    fault = CallFailedError("DescribeImages", "ServerException", "try again")
    registry = Registry([image(1)], errors={"gone": RepositoryNotFoundError("gone"), "broken": fault})
    outcome, progress = scan(registry, "gone", "broken", "good")
    assert outcome == RegistryOutcome(is_complete=False)
    gone, broken, good = progress.outcomes
    assert (gone, gone.is_complete) == (RepositoryOutcome("gone"), True)
    assert broken == RepositoryOutcome("broken", error="DescribeImages failed: ServerException: try again")
    assert good.summary is not None
    assert (good.name, good.summary.started) == ("good", 1)


@pytest.mark.parametrize(
    ("answer", "is_complete"),
    [
        (StartScanResult.STARTED, True),
        (StartScanResult.RATE_LIMITED, True),
        (StartScanResult.QUOTA_EXCEEDED, False),
        (StartScanResult.DISABLED, False),
        (CallFailedError("StartImageScan", "ServerException", "try again"), False),
    ],
    ids=str,
)
def test_is_complete_when_no_image_failed_or_stays_due(answer: StartScanResult | Exception, is_complete: bool) -> None:
    outcome, _ = scan(FakeRegistry([image(1)], answers={digest(1): answer}), "team/app", "team/web")
    assert outcome.is_complete is is_complete


def test_a_registry_with_enhanced_scanning_is_complete_and_its_images_are_not_read() -> None:
    registry = FakeRegistry([image(1)], enhanced=True)
    outcome, progress = scan(registry, "team/app")
    assert outcome == RegistryOutcome(is_complete=True, is_enhanced=True)
    assert (progress.expected, progress.outcomes, registry.listings) == ([1], [], [])


def test_a_registry_without_a_selected_repository_is_not_asked_how_it_scans() -> None:
    outcome, progress = scan(FakeRegistry(enhanced=True), "team/app", expression="other")
    assert (outcome, progress.expected) == (RegistryOutcome(is_complete=True), [0])


def test_denied_access_ends_the_scan_of_the_registry() -> None:
    denied = CallFailedError("DescribeImages", "AccessDeniedException", "not you")
    with pytest.raises(CallFailedError):
        scan(Registry(errors={"a": denied}), "a", "b")
