from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from ecr_scan_reporter.domain.events.deletions import DeletionEvent
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, Repository
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.forget_image import forget_image
from tests.unit.samples import DIGEST, IMAGE_ID, REPOSITORY

TAGGED, LEFT = Image(IMAGE_ID, tags=("1.0", "latest")), Image(IMAGE_ID, tags=("1.0",))
GONE = None


@dataclass
class FakeRegistry:
    """Describes the image as it is at each call, the last time again and again."""

    answers: list[Image | Exception | None]
    calls: int = 0

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterable[Image]:
        assert (repository, references) == (REPOSITORY.name, [ImageReference(DIGEST)])
        answer = self.answers[min(self.calls, len(self.answers) - 1)]
        self.calls += 1
        if isinstance(answer, Exception):
            raise answer
        return [answer] if answer else []


@dataclass
class FakeLedger:
    """What was forgotten."""

    forgotten: list[tuple[Repository, list[str]]] = field(default_factory=list)

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        self.forgotten.append((repository, list(digests)))


class Waits:
    """Waits at most three times."""

    def waits(self) -> Iterator[None]:
        yield from [None] * 3


def forget(answers: list[Image | Exception | None], tag: str = "latest") -> tuple[bool, int, bool]:
    """Return whether the image is gone, how often ECR was asked, and whether the ledger forgot it."""
    registry, ledger = FakeRegistry(answers), FakeLedger()
    is_gone = forget_image(DeletionEvent(IMAGE_ID, tag), registry, ledger, Waits())
    assert ledger.forgotten in ([], [(REPOSITORY, [DIGEST])])
    return is_gone, registry.calls, bool(ledger.forgotten)


@pytest.mark.parametrize("tag", ["latest", ""])
def test_the_ledger_forgets_an_image_that_is_gone(tag: str) -> None:
    assert forget([GONE], tag) == (True, 1, True)


def test_an_image_whose_repository_is_gone_is_gone() -> None:
    assert forget([RepositoryNotFoundError("gone")]) == (True, 1, True)


def test_an_image_that_has_lost_one_tag_is_kept_and_ecr_is_asked_once() -> None:
    assert forget([LEFT]) == (False, 1, False)


@pytest.mark.parametrize("tag", ["latest", ""])
def test_while_ecr_is_behind_its_event_it_is_asked_again(tag: str) -> None:
    assert forget([TAGGED, TAGGED, GONE], tag) == (True, 3, True)


def test_ecr_may_be_behind_with_a_tag_too() -> None:
    assert forget([TAGGED, LEFT]) == (False, 2, False)


@pytest.mark.parametrize("tag", ["latest", ""])
def test_an_image_that_was_pushed_again_is_kept(tag: str) -> None:
    assert forget([TAGGED], tag) == (False, 4, False)


def test_without_a_ledger_there_is_nothing_to_forget() -> None:
    assert forget_image(DeletionEvent(IMAGE_ID), FakeRegistry([GONE]), None, Waits()) is True


def test_a_refusal_of_ecr_is_raised_and_nothing_is_forgotten() -> None:
    refused = CallFailedError("describe_images", "AccessDeniedException", "no")
    with pytest.raises(CallFailedError):
        forget([refused])
