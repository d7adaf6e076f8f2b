"""`/totals`, `/coverage`, `/left-behind`: numbers of the whole registry, or of each repository or owner."""

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import COVERAGE, LEFT_BEHIND, TOTALS
from ecr_scan_reporter.domain.inventory.selection import TotalsBy
from ecr_scan_reporter.web import filters, parameters
from ecr_scan_reporter.web.answers import TABULAR, all_at_once, contents_of, format_parameter
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.routing import Route

_BY = parameters.choice("by", "Of which parts of the registry there are numbers.", TotalsBy, default=TotalsBy.REGISTRY)
_FORMAT = format_parameter(TABULAR)
_UNUSED = parameters.duration(
    "unused", "Images not pulled, pushed or run for so long; 90 days by default.", parse_duration("90d")
)
_OF_UNUSED = tuple(each for each in filters.IMAGES_AND_FINDINGS if each.name != _UNUSED.name)


def list_totals(call: Call) -> Response:
    """Answer with totals, the worst first."""
    inventory, by = call.inventory, call.values["by"]
    found = inventory.summary(by, filters.selection(call.values, call.as_of).images)
    return all_at_once(TOTALS, found, inventory.info, call.values["format"], "totals", call.now)


def list_coverage(call: Call) -> Response:
    """Answer with how many images have which coverage, the least covered first."""
    inventory = call.inventory
    found = inventory.coverage(call.values["by"])
    return all_at_once(COVERAGE, found, inventory.info, call.values["format"], "coverage", call.now)


def list_left_behind(call: Call) -> Response:
    """Answer with the repositories of images that nobody uses, those with most bytes first."""
    inventory, values = call.inventory, call.values
    wanted = filters.selection({**values, "unused": None}, call.as_of).images
    found = inventory.left_behind(values["unused"].before(call.as_of), wanted).repositories
    return all_at_once(LEFT_BEHIND, found, inventory.info, values["format"], "left-behind", call.now)


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/totals",
        list_totals,
        "Totals of everything, of each repository or of each owner",
        contents_of(TABULAR, "Totals"),
        (_BY, *filters.IMAGES_AND_FINDINGS, _FORMAT),
    ),
    Route(
        "GET",
        "/coverage",
        list_coverage,
        "How many images have a current scan, and why others have none",
        contents_of(TABULAR, "Coverage"),
        (_BY, _FORMAT),
    ),
    Route(
        "GET",
        "/left-behind",
        list_left_behind,
        "The images that nobody pulled, pushed or ran for long, by repository",
        contents_of(TABULAR, "LeftBehind"),
        (_UNUSED, *_OF_UNUSED, _FORMAT),
    ),
)
