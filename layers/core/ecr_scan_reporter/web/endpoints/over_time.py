"""`/history` and `/changes`: how the registry got here."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from ecr_scan_reporter.domain.findings.documents import counts_document
from ecr_scan_reporter.domain.inventory.answers import InventoryChange, Page, SnapshotInfo
from ecr_scan_reporter.domain.inventory.change_sums import sum_changes
from ecr_scan_reporter.domain.inventory.cursors import Question, make_cursor, read_cursor
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import CHANGES, HISTORY
from ecr_scan_reporter.domain.inventory.names import is_glob
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.web import filters, parameters
from ecr_scan_reporter.web.answers import TABULAR, Format, all_at_once, contents_of, format_parameter, page, whole
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.parameters import CURSOR, LIMIT
from ecr_scan_reporter.web.routing import Route

Item = TypeVar("Item")

DEFAULT_DAYS, MAX_DAYS = 90, 731
_FORMAT = format_parameter(TABULAR)
_SINCE = parameters.moment("since", "The beginning: a day, a moment, or a duration back (`7d`).")
_UNTIL = parameters.moment("until", "The end, in the same forms; now by default.")


def list_history(call: Call) -> Response:
    """Answer with the numbers of each day."""
    inventory, values = call.inventory, call.values
    repository, owner = values["repository"], values["owner"]
    if repository and owner:
        raise InvalidInputError("owner", owner, "none beside repository: history is of one of them")
    if repository and is_glob(repository):
        raise InvalidInputError("repository", repository, "the name of one repository")
    since, until = _days(values["since"], values["until"], call.now)
    found = inventory.history(since, until, repository=repository, owner=owner)
    return all_at_once(HISTORY, found, inventory.info, values["format"], "history", call.now)


def _days(since: date | None, until: date | None, now: datetime) -> tuple[date, date]:
    last = until or now.date()
    if since is None and last.toordinal() < DEFAULT_DAYS:
        raise InvalidInputError("until", last, "a day of this era")
    first = since or last - timedelta(days=DEFAULT_DAYS - 1)
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidInputError("since", first, f"a day until {last}, and at most {MAX_DAYS} days before it")
    return first, last


def list_changes(call: Call) -> Response:
    """Answer with what scans changed, the latest first."""
    inventory, values = call.inventory, call.values
    since, until = period(call, timedelta(days=1))
    found = inventory.changes(since, until, filters.selection(values, call.as_of).images)
    if values["format"] is not Format.JSON:
        return whole(CHANGES, found, inventory.info, values["format"], "changes", call.now)
    return page(CHANGES, page_of(found, call), inventory.info, call.request, {"sums": sums_document(found)})


def sums_document(changes: Sequence[InventoryChange]) -> dict[str, Any]:
    """Write the sums of changes, on whatever page."""
    sums = sum_changes(changes)
    return {
        "new": counts_document(sums.new),
        "raised": counts_document(sums.raised),
        "fixed": counts_document(sums.fixed),
        "firstScans": sums.first_scans,
    }


def period(call: Call, default: timedelta) -> tuple[datetime, datetime]:
    """Return the beginning and the end that `since` and `until` say; it is `default` long where only its end is known.

    Raises InvalidInputError.
    """
    since: parameters.Moment | None = call.values["since"]
    until: parameters.Moment | None = call.values["until"]
    last = until(call.as_of) if until else max(call.now, call.as_of)
    try:
        first = since(call.as_of) if since else (last if until else call.as_of) - default
    except OverflowError as error:
        raise InvalidInputError("until", last.isoformat(), "a moment of this era") from error
    if first > last:
        raise InvalidInputError("since", first.isoformat(), f"a moment until {last.isoformat()}")
    return first, last


def page_of(found: Sequence[Item], call: Call) -> Page[Item]:
    """Return the page of a list that the cursor of a call begins."""
    info: SnapshotInfo = call.info
    asked = [each for each in call.request.query if each[0] not in ("cursor", "limit")]
    question = Question(info.id, (call.request.path.rstrip("/"), *sorted(asked)))
    limit, cursor = call.values["limit"], call.values["cursor"]
    start = 0
    if cursor is not None:
        (key,) = read_cursor(cursor, question, 1)
        if not isinstance(key, int) or not 0 < key <= len(found):
            raise InvalidInputError("cursor", cursor, "the one of the page before")
        start = key
    end = start + limit
    following = make_cursor(question, [end]) if end < len(found) else None
    return Page(tuple(found[start:end]), len(found), following)


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/history",
        list_history,
        "Findings and coverage day by day, of everything, a repository or an owner",
        contents_of(TABULAR, "History"),
        (
            parameters.day("since", f"The first day; {DEFAULT_DAYS} days by default."),
            parameters.day("until", "The last day; today by default."),
            parameters.text("repository", "One repository: its name, or account/region/name."),
            filters.OWNER,
            _FORMAT,
        ),
    ),
    Route(
        "GET",
        "/changes",
        list_changes,
        "What scans changed, the latest first; the last 24 hours by default",
        contents_of(TABULAR, "Changes"),
        (_SINCE, _UNTIL, *filters.OF_IMAGES, *filters.OF_FINDINGS, LIMIT, CURSOR, _FORMAT),
    ),
)
