"""Answers in their formats: JSON in pages, and whole lists as downloads."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from ecr_scan_reporter.domain.inventory.answers import Page, SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.documents import json_document, ndjson_lines, snapshot_document
from ecr_scan_reporter.domain.inventory.exports.members import RecordType
from ecr_scan_reporter.domain.inventory.exports.tables import csv_lines, markdown_lines
from ecr_scan_reporter.domain.inventory.feed_ages import describe_feeds
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.web.messages import Request, Response
from ecr_scan_reporter.web.parameters import Parameter
from ecr_scan_reporter.web.routing import Content

Item = TypeVar("Item")


class Format(StrEnum):
    """The format of an answer."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    MARKDOWN = "markdown"
    SARIF = "sarif"


_NO_NAME = re.compile("[^A-Za-z0-9._-]")
TABULAR = (Format.JSON, Format.NDJSON, Format.CSV, Format.MARKDOWN)
CONTENT_TYPES: Mapping[Format, str] = {
    Format.JSON: "application/json",
    Format.NDJSON: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.SARIF: "application/sarif+json",
}
EXTENSIONS: Mapping[Format, str] = {
    Format.JSON: "json",
    Format.NDJSON: "ndjson",
    Format.CSV: "csv",
    Format.MARKDOWN: "md",
    Format.SARIF: "sarif",
}


def format_parameter(formats: Iterable[Format]) -> Parameter:
    """Return the parameter `format`: all but JSON are the whole list, as a download."""
    offered = [each.value for each in formats]

    def parse(text: str, name: str) -> Format:
        if text.lower() not in offered:
            raise InvalidInputError(name, text, f"one of {', '.join(offered)}")
        return Format(text.lower())

    return Parameter(
        "format",
        "The format. All but json are the whole list, without pages, as a download.",
        parse,
        {"type": "string", "enum": offered, "default": Format.JSON.value},
        Format.JSON,
    )


def contents_of(formats: Iterable[Format], schema: str) -> tuple[Content, ...]:
    """Return what an answer in these formats may be; `schema` is that of JSON."""
    return tuple(Content(CONTENT_TYPES[each], schema if each is Format.JSON else "") for each in formats)


def document(content: Mapping[str, Any]) -> Response:
    """Return a JSON document."""
    return Response(body=(json.dumps(content) + "\n").encode())


def page(
    records: RecordType[Item],
    found: Page[Item],
    info: SnapshotInfo,
    request: Request,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """Return one page of a list: `snapshot`, `total`, `items`, `next`, and a link to the next one."""
    content = {
        "snapshot": snapshot_document(info),
        **(more or {}),
        "total": found.total,
        "items": [records.record(item) for item in found.items],
        "next": found.next,
    }
    answer = document(content)
    if found.next is None:
        return answer
    query = [(name, value) for name, value in request.query if name != "cursor"]
    target = f"{quote(request.path.rstrip('/'))}?{urlencode([*query, ('cursor', found.next)])}"
    return answer.with_headers(link=f'<{target}>; rel="next"')


_WRITERS: Mapping[Format, Callable[..., Iterator[str]]] = {
    Format.NDJSON: ndjson_lines,
    Format.CSV: csv_lines,
}


def whole(
    records: RecordType[Item], items: Iterable[Item], info: SnapshotInfo, output: Format, name: str, now: datetime
) -> Response:
    """Return a whole list as a download, called by a name and the day."""
    if output is Format.MARKDOWN:
        notes = describe_feeds(info, now) if records.has_exploits else ()
        pieces: Iterable[str] = markdown_lines(records, items, notes)
    else:
        pieces = _WRITERS[output](records, items)
    return download(pieces, output, name, info)


def all_at_once(
    records: RecordType[Item], items: Iterable[Item], info: SnapshotInfo, output: Format, name: str, now: datetime
) -> Response:
    """Return a list that has no pages, in a format; JSON is no download."""
    if output is not Format.JSON:
        return whole(records, items, info, output, name, now)
    every = tuple(items)
    return Response(body="".join(json_document(records, every, info=info, total=len(every))).encode())


def download(pieces: Iterable[str], output: Format, name: str, info: SnapshotInfo) -> Response:
    """Return a download, called by a name and the day of the snapshot."""
    # The name may be that of a vulnerability, which others have chosen, and is in a header.
    file_name = f"{_NO_NAME.sub('_', name)}-{info.built_at:%Y-%m-%d}.{EXTENSIONS[output]}"
    return Response(content_type=CONTENT_TYPES[output], body=pieces, file_name=file_name)
