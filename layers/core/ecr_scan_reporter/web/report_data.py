"""What a report in one file knows: the answers of the API, written so that nothing is there twice."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from ecr_scan_reporter import __version__
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, SnapshotInfo, Vulnerability
from ecr_scan_reporter.domain.inventory.exports.documents import snapshot_document
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import VULNERABILITIES, finding_records, occurrences
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import CHANGES, HISTORY, TOTALS
from ecr_scan_reporter.domain.inventory.names import is_glob
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, SuppressedFindings, TotalsBy
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.suppressions.fields import suppression_document
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.inventory.contents import images_of
from ecr_scan_reporter.use_cases.inventory.listing import Listing
from ecr_scan_reporter.use_cases.inventory.ports import Inventory
from ecr_scan_reporter.web.cards import card_extras

# A browser opens a larger file, but mail does not carry it, and nobody reads it.
MAX_BYTES = 50_000_000
CHANGE_DAYS = 30
HISTORY_DAYS = 90
# The vulnerability has them.
_OF_VULNERABILITY = frozenset({"uri", "description"})
_OF_IMAGE = frozenset(member.name for member in IMAGES.members) - {"epss"}


def report_data(
    inventory: Inventory, wanted: ImageFilter, suppressions: Iterable[Suppression] | None, now: datetime
) -> dict[str, Any]:
    """Return the data of a report about the images of a filter, with all of their findings.

    `suppressions` is None where they are unknown. Raises InvalidInputError for more than MAX_BYTES.
    """
    images = tuple(images_of(inventory, wanted))
    # An image is whole: the page filters findings itself, and suppressed ones are a part of what an auditor reads.
    with_suppressed = replace(wanted, suppressed=SuppressedFindings.INCLUDED)
    members: dict[ImageId, dict[str, Any]] = {each.id: {} for each in images}
    findings = _Findings(inventory.info)
    for card in inventory.image_findings(with_suppressed):
        if card.image.id in members:
            members[card.image.id] = findings.add(card)
    return {
        "snapshot": snapshot_document(inventory.info),
        "session": {"subject": "", "canWrite": False, "registryId": "", "region": "", "version": __version__},
        "notes": list(_notes(wanted, suppressions)),
        "images": [IMAGES.record(each) | members[each.id] for each in images],
        "findings": {"columns": findings.columns, "rows": findings.rows},
        "sets": findings.sets,
        "vulnerabilities": _records(VULNERABILITIES, _vulnerabilities(inventory, wanted)),
        "totals": {by.value: _records(TOTALS, inventory.summary(by, wanted)) for by in TotalsBy},
        "history": _history(inventory, wanted, now),
        "changes": _records(CHANGES, inventory.changes(now - timedelta(days=CHANGE_DAYS), now, wanted)),
        "suppressions": [suppression_document(each) for each in suppressions or ()],
    }


class _Findings:
    """The findings of images: equal ones, and equal sets of them, once."""

    def __init__(self, info: SnapshotInfo) -> None:
        self._records = finding_records(info)
        self.columns = [
            member.name
            for member in self._records.members
            if member.name not in _OF_IMAGE and member.name not in _OF_VULNERABILITY
        ]
        self.rows: list[list[Any]] = []
        self.sets: list[Mapping[str, Any]] = []
        self._row_numbers: dict[str, int] = {}
        self._set_numbers: dict[tuple[int, ...], int] = {}
        self._size = 0

    def add(self, card: ImageFindings) -> dict[str, Any]:
        """Return the members of an image that lead to its findings."""
        numbers = tuple(self._row(self._records.record(each)) for each in occurrences([card]))
        extras = card_extras(card)
        updates = extras.pop("updates")
        if numbers not in self._set_numbers:
            self._set_numbers[numbers] = len(self.sets)
            self.sets.append({"findings": numbers, "updates": updates})
            self._grow(json.dumps(self.sets[-1]))
        return extras | {"set": self._set_numbers[numbers]}

    def _row(self, record: Mapping[str, Any]) -> int:
        row = [record[name] for name in self.columns]
        text = json.dumps(row)
        number = self._row_numbers.setdefault(text, len(self.rows))
        if number == len(self.rows):
            self.rows.append(row)
            self._grow(text)
        return number

    def _grow(self, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_BYTES:
            raise too_large()


def too_large() -> InvalidInputError:
    """Return the error of a report that is larger than allowed."""
    allowed = f"less: a filter such as --repository, --in-use or --severity, that leaves {MAX_BYTES // 1_000_000} MB"
    return InvalidInputError("what the report shows", "all images of the filter", allowed)


def _records(records: Any, items: Iterable[Any]) -> list[Mapping[str, Any]]:
    return [records.record(each) for each in items]


def _vulnerabilities(inventory: Inventory, wanted: ImageFilter) -> Listing[Vulnerability]:
    findings = FindingFilter(suppressed=SuppressedFindings.INCLUDED)
    return Listing(lambda limit, cursor: inventory.vulnerabilities(findings, wanted, limit=limit, cursor=cursor))


def _history(inventory: Inventory, wanted: ImageFilter, now: datetime) -> list[Mapping[str, Any]]:
    if not _has_history(wanted):
        return []
    today = now.date()
    first = today - timedelta(days=HISTORY_DAYS - 1)
    found = inventory.history(first, today, repository=wanted.repository, owner=wanted.owner)
    return _records(HISTORY, found)


def _has_history(wanted: ImageFilter) -> bool:
    """Return whether there is a history of such images: of all, of one repository, or of one owner."""
    is_of_one = not (wanted.repository and (wanted.owner or is_glob(wanted.repository)))
    return is_of_one and wanted == ImageFilter(
        repository=wanted.repository, owner=wanted.owner, suppressed=wanted.suppressed
    )


def _notes(wanted: ImageFilter, suppressions: Iterable[Suppression] | None) -> Iterator[str]:
    chosen = [
        f"{each.name.removeprefix('is_').replace('_', ' ')}: {_words(getattr(wanted, each.name))}"
        for each in fields(ImageFilter)
        if each.name != "suppressed" and getattr(wanted, each.name) is not None
    ]
    if chosen:
        yield f"This report has the images of a filter ({'; '.join(chosen)}), with all of their findings."
    if not _has_history(wanted):
        yield "The trend is left out: there is no history of such a filter."
    if suppressions is None:
        yield "The reasons of suppressions are left out: the report was made without the suppressions table."


def _words(value: Any) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value)
