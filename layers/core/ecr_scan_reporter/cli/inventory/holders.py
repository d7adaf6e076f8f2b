"""The images that have a vulnerability or a package, one row for each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from rich.text import Text

from ecr_scan_reporter.cli.inventory.cells import answer, day, severity, summed_up
from ecr_scan_reporter.cli.inventory.tables import Column, print_table
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import describe_importance, sort_findings
from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Occurrence
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import most_severe


@dataclass(slots=True)
class Holder:
    """An image, and the findings of a question in it."""

    image: InventoryImage
    findings: list[Finding] = field(default_factory=list)


class Holders:
    """Counts the images of occurrences in any order, and has the first `limit` of them; 0 for all."""

    def __init__(self, occurrences: Iterable[Occurrence], limit: int = 0) -> None:
        self._shown: dict[ImageId, Holder] = {}
        seen: set[ImageId] = set()
        self._repositories: set[Repository] = set()
        for occurrence in occurrences:
            image = occurrence.image
            if image.id not in seen:
                seen.add(image.id)
                self._repositories.add(image.repository)
                if not limit or len(self._shown) < limit:
                    self._shown[image.id] = Holder(image)
            if image.id in self._shown:
                self._shown[image.id].findings.append(occurrence.finding)
        self.images = len(seen)

    @property
    def repositories(self) -> int:
        """The number of repositories that have the images."""
        return len(self._repositories)

    @property
    def shown(self) -> list[Holder]:
        """The first images."""
        return list(self._shown.values())


def show_holders(holders: list[Holder], *, names_findings: bool) -> bool:
    """Print the table; `names_findings` where the question is not about one vulnerability.

    Return whether it says why findings are important.
    """
    return WHY in print_table(holders, [column for column in _COLUMNS if names_findings or column is not _NAMES])


def image_cell(image: InventoryImage) -> str:
    """Return the cell of an image: its name, with its other tags."""
    others = [tag for tag in image.tags if tag != image.tag]
    return f"{image.name} ({summed_up(others)})" if others else image.name


def _facts(fact: Callable[[Finding], str]) -> Callable[[Holder], str]:
    return lambda holder: summed_up(map(fact, holder.findings))


def _packages(holder: Holder) -> str:
    return summed_up(f"{package} {version}" for each in holder.findings for _, package, version in each.identities)


def _worst(holder: Holder) -> Text:
    return severity(most_severe(finding.severity for finding in holder.findings))


def _reason(holder: Holder) -> str:
    return describe_importance(sort_findings(holder.findings)[0])


def _first_seen(holder: Holder) -> str:
    return day(min((finding.first_seen_at for finding in holder.findings if finding.first_seen_at), default=None))


def _fixes(holder: Holder) -> Iterator[str]:
    for finding in holder.findings:
        yield finding.fixed_in or {"YES": "has a fix", "NO": "no fix yet"}.get(finding.fix_available, "")


WHY = "Why"
_NAMES = Column[Holder]("Vulnerabilities", _facts(lambda finding: finding.name))
_COLUMNS = (
    Column[Holder]("Image", lambda holder: image_cell(holder.image)),
    Column[Holder]("Owner", lambda holder: holder.image.owner, is_optional=True, gives_way=True),
    Column[Holder]("Severity", _worst),
    Column[Holder](WHY, _reason, is_optional=True),
    _NAMES,
    Column[Holder]("Package", _packages),
    Column[Holder]("Fixed in", lambda holder: summed_up(_fixes(holder))),
    Column[Holder]("First seen", _first_seen, gives_way=True),
    Column[Holder]("In use", lambda holder: answer(holder.image.is_in_use)),
    Column[Holder]("Suppressed by", _facts(lambda finding: finding.suppressed_by), is_optional=True),
)
