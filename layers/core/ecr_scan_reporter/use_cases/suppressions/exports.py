"""Express the suppressions in force as an OpenVEX document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ecr_scan_reporter.domain.findings.stored_result import StoredResult
from ecr_scan_reporter.domain.suppressions.vex import (
    Inexpressible,
    Statement,
    image_statements,
    suppression_statements,
    vex_document,
)
from ecr_scan_reporter.use_cases.suppressions.ports import Suppressions


@dataclass(frozen=True, slots=True)
class VexExport:
    """An OpenVEX document, None without any statement: OpenVEX has no empty documents.

    `inexpressible` are the suppressions in force that OpenVEX cannot express, each with the reason.
    """

    document: Mapping[str, Any] | None
    inexpressible: tuple[Inexpressible, ...] = ()


def export_vex(suppressions: Suppressions, host: str, *, now: datetime, author: str | None = None) -> VexExport:
    """Express the suppressions as they stand, for the registry at `host`.

    The default author of the document is who made the suppressions. Raises CallFailedError.
    """
    statements, inexpressible = suppression_statements(suppressions.all(), today=_day(now), host=host)
    return VexExport(_document(statements, now, author), tuple(inexpressible))


def export_vex_of_images(
    suppressions: Suppressions, results: Iterable[StoredResult], *, now: datetime, author: str | None = None
) -> VexExport:
    """Name exactly the images in whose stored results the suppressions match today. Raises CallFailedError."""
    statements = image_statements(results, suppressions.all(), today=_day(now))
    return VexExport(_document(statements, now, author))


def _document(statements: Sequence[Statement], now: datetime, author: str | None) -> Mapping[str, Any] | None:
    return vex_document(statements, now=now, author=author) if statements else None


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
