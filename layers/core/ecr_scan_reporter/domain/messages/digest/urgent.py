"""What cannot wait, in the messages of a digest: what is known to be exploited, and what is overdue."""

from collections.abc import Iterator, Mapping
from typing import Any

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.exploits.scores import ATTRIBUTION
from ecr_scan_reporter.domain.inventory.urgent import ExploitedCve, OverdueFinding, urgent_document
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.text import describe_moment, many, one_line, shorten

LONGEST_NAME, LONGEST_CVE = 60, 40


def exploited_lines(digest: Digest) -> Iterator[str]:
    """Name the vulnerabilities that are known to be exploited, and say in how many images they are."""
    urgent = digest.urgent
    if urgent and urgent.totals.exploited:
        found, images = many(urgent.totals.exploited, "finding"), many(urgent.totals.exploited_images, "image")
        yield f"KNOWN TO BE EXPLOITED: {found} in {images}"
        yield from (f"  {_exploited(each)}" for each in urgent.exploited.first)
        if urgent.exploited.remaining:
            yield f"  and {many(urgent.exploited.remaining, 'more vulnerability')}"


def _exploited(each: ExploitedCve) -> str:
    in_use = f", {each.in_use} in use" if each.in_use else ""
    name = shorten(one_line(each.name), LONGEST_CVE)
    return f"{each.severity} {name} in {many(each.images, 'image')}{in_use}: {one_line(each.reason)}"


def exploited_column(digest: Digest) -> Mapping[ImageId, int]:
    """Return how many findings of each of the worst images are exploited; empty where none is, or nobody knows."""
    known = {each.id: each.exploited for each in (digest.urgent.worst if digest.urgent else ()) if each.exploited}
    return {image.id: known[image.id] for image in digest.worst.first if image.id in known}


def overdue_lines(digest: Digest) -> Iterator[str]:
    """Name the findings that are overdue, the longest first."""
    urgent = digest.urgent
    if urgent and urgent.totals.overdue:
        found, images = many(urgent.totals.overdue, "finding"), many(urgent.totals.overdue_images, "image")
        yield f"OVERDUE: {found} in {images}"
        yield from (f"  {_overdue(each)}" for each in urgent.overdue.first)
        if urgent.overdue.remaining:
            yield f"  and {many(urgent.overdue.remaining, 'more finding')}"


def _overdue(each: OverdueFinding) -> str:
    owner = f" (owner: {shorten(one_line(each.owner), LONGEST_NAME // 2)})" if each.owner else ""
    reason = f": {one_line(each.reason)}" if each.reason else ""
    image, name = shorten(one_line(each.image), LONGEST_NAME), shorten(one_line(each.name), LONGEST_CVE)
    return f"{many(each.days, 'day')} overdue: {each.severity} {name} in {image}{owner}{reason}"


def feed_lines(digest: Digest) -> Iterator[str]:
    """Say of when is what the digest says of exploits."""
    urgent = digest.urgent
    if urgent and (urgent.kev or urgent.epss):
        yield f"Inventory   of {describe_moment(urgent.built_at)}"
        if urgent.kev:
            yield f"KEV         {_copy(urgent.kev, digest)}"
        if urgent.epss:
            yield f"EPSS        {_copy(urgent.epss, digest)}; see {ATTRIBUTION}"


def _copy(copy: FeedCopy, digest: Digest) -> str:
    old = ", which is old: the feed could not be fetched since" if copy.is_old(digest.at) else ""
    return f"of {describe_moment(copy.as_of)}, fetched {describe_moment(copy.fetched_at)}{old}"


def urgent_summary(digest: Digest) -> Iterator[str]:
    """Say it in a line each, for chat."""
    totals = digest.urgent.totals if digest.urgent else None
    if totals and totals.exploited:
        yield f"known to be exploited: {many(totals.exploited, 'finding')} in {many(totals.exploited_images, 'image')}"
    if totals and totals.overdue:
        yield f"overdue: {many(totals.overdue, 'finding')} in {many(totals.overdue_images, 'image')}"


def urgent_members(digest: Digest) -> dict[str, Any]:
    """Return the members of the JSON document; null where the inventory is off."""
    document = urgent_document(digest.urgent) if digest.urgent else {}
    return {name: document.get(name) for name in ("exploited", "overdue", "kev", "epss")}
