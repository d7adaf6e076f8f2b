"""The tables of `history.sqlite` in words."""

from ecr_scan_reporter.snapshot.meanings.tables import META, Column, Table, described
from ecr_scan_reporter.snapshot.schema import COUNTS, FIXED_COUNTS, NEW_COUNTS, RAISED_COUNTS

_NEW = Column(NEW_COUNTS, "new findings of this severity")
_FIXED = Column(FIXED_COUNTS, "findings of this severity that are gone")

TABLES: tuple[Table, ...] = (
    META,
    described(
        "scope",
        "A part of the registry that has a history.",
        id="the row",
        kind="`registry` (everything), `repository` or `owner`",
        name="`account/region/name` of a repository, the name of an owner, empty for everything",
    ),
    described(
        "state",
        "The totals of a scope at the end of a day. A row is there only for a day on which they changed.",
        scope_id="its row in `scope`",
        day="the day, such as `2026-11-21`",
        images="the images",
        coverage="the number of images of each coverage, as a JSON object",
        suppressed="the suppressed findings",
        counts=Column(COUNTS, "findings of this severity that no suppression hides"),
    ),
    described(
        "flow",
        "What scans changed in a scope on a day. First scans of an image do not count.",
        scope_id="its row in `scope`",
        day="the day on which the scans ended",
        new=_NEW,
        fixed=_FIXED,
    ),
    described(
        "change",
        "What one scan changed; for 62 days.",
        id="an id made of the image and the scan",
        at="when the scan ended",
        repository="`account/region/name` of the repository",
        digest="the image digest, with `sha256:`",
        tag="the tag of the image, for people",
        owner="the owner of the repository when the change was read",
        new=_NEW,
        raised=Column(RAISED_COUNTS, "findings that became more severe, by their severity now"),
        fixed=_FIXED,
        news="the worst new findings, as a JSON list of texts",
        is_first="1 for the first scan of an image of which nothing was known",
    ),
)
