"""Read a repository before the pass over its images: tags, ledger, and the list of images."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import TypeVar

from ecr_scan_reporter.domain.registry.images import Image, Repository
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY, RepositoryOptions
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.limits import within_limits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import OutOfTimeError
from ecr_scan_reporter.use_cases.repository_options import repository_options
from ecr_scan_reporter.use_cases.scanning.ledger_session import LedgerSession
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools

# A page of ECR. A repository with more waits for its turn: the memory then holds one large repository, and only the
# first pages of the others.
PAGE_SIZE = 1_000

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class RepositoryContents:
    """A repository: its options, its images (none when it is excluded), and the ledger's records of them.

    `images` calls ECR while it is read.
    """

    repository: Repository
    options: RepositoryOptions
    images: Iterator[Image]
    session: LedgerSession


def read_contents(job: ScanJob, tools: ScanTools, policy: ScanPolicy, now: datetime) -> RepositoryContents | None:
    """Read the tags, the ledger and the first page of images at the same time.

    Returns None for a repository without images, in a registry whose account only an image can name.
    Raises RepositoryNotFoundError, CallFailedError, and OutOfTimeError when the turn did not come in time.
    """
    images = _images(job, tools, policy, now)
    registry_id = job.registry_id or tools.registry.registry_id
    if not registry_id:
        first, images = _with_first(images)
        if first is None:
            return None
        registry_id = first.repository.registry_id
    repository = Repository(registry_id, tools.registry.region, job.repository)
    digests = None
    if job.images is not None:
        # A job for named images reads only their records.
        named = list(images)
        images, digests = iter(named), [image.digest for image in named]
    records = tools.ledger.last_scans(repository, digests)
    with tools.task_group() as start:
        reading_tags = start(lambda: repository_options(tools.registry, repository, DEFAULT_OWNER_KEY))
        listing, querying = start(lambda: _with_first(images)), start(lambda: _with_first(records))
    options, (_, images), (_, records) = reading_tags(), listing(), querying()
    session = LedgerSession(tools.ledger, repository, now)
    session.read(_in_turn(records, tools))
    return RepositoryContents(repository, options, iter(()) if options.is_excluded else images, session)


def _images(job: ScanJob, tools: ScanTools, policy: ScanPolicy, now: datetime) -> Iterator[Image]:
    # The policy's limits do not apply to named images: these may be old, or untagged since.
    if job.images is not None:
        return tools.registry.images_named(job.repository, job.images)
    listed = tools.registry.images(job.repository, policy.tag_status)
    return within_limits(_in_turn(listed, tools), policy.limits, now)


def _with_first(items: Iterator[Item]) -> tuple[Item | None, Iterator[Item]]:
    """Take the first item, which makes the first call; return it, and all items."""
    first = next(items, None)
    return first, items if first is None else chain([first], items)


def _in_turn(items: Iterator[Item], tools: ScanTools) -> Iterator[Item]:
    yield from islice(items, PAGE_SIZE)
    for item in items:
        if not tools.wait_for_turn():
            raise OutOfTimeError("wait_for_turn")
        yield item
