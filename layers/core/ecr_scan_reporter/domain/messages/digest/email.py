"""The digest as an e-mail: what got worse, what is worst, what is not covered and why, and what was fixed."""

from collections.abc import Iterator, Sequence
from typing import Any

from ecr_scan_reporter.domain.digest.digest import ChangedImage, Digest
from ecr_scan_reporter.domain.messages.digest.coverage import coverage_lines
from ecr_scan_reporter.domain.messages.digest.headline import describe_news
from ecr_scan_reporter.domain.messages.digest.names import (
    change_of,
    describe_changes,
    image_name,
    owned_name,
    repository_name,
)
from ecr_scan_reporter.domain.messages.digest.urgent import exploited_column, exploited_lines, feed_lines, overdue_lines
from ecr_scan_reporter.domain.rankings import Ranked
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import end_text
from ecr_scan_reporter.domain.suppressions.rules import Suppression, describe
from ecr_scan_reporter.domain.text import describe_counts, describe_moment, many, one_line, shorten
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES

LONGEST_TEXT = 90
ALL = list(Severity)


def digest_email(digest: Digest) -> str:
    """Write the e-mail. What is empty is left out, but for the coverage."""
    sections = (
        _summary(digest),
        _totals(digest),
        exploited_lines(digest),
        overdue_lines(digest),
        _worse(digest),
        _appeared(digest),
        _worst(digest),
        coverage_lines(digest),
        _suppressions(digest),
        _tag_warnings(digest),
        _better(digest),
        _registries(digest),
        feed_lines(digest),
    )
    return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"


def _summary(digest: Digest) -> Iterator[str]:
    summary = describe_news(digest)
    yield f"{summary[0].upper()}{summary[1:]}."
    found = describe_counts(digest.totals, ALL) or "no findings"
    suppressed = f" ({digest.suppressed} suppressed)" if digest.suppressed else ""
    yield f"{found[0].upper()}{found[1:]} in {many(digest.coverage.scanned, 'scanned image')}{suppressed}."
    if digest.before is None:
        yield "There is no digest before this one to compare with."
    else:
        better = f"{many(digest.better.total, 'image')} got better" if digest.better.total else "nothing was fixed"
        yield f"Compared with the digest of {describe_moment(digest.since)}; since then {better}."
    if digest.before and digest.suppressed != digest.before.suppressed:
        change = digest.suppressed - digest.before.suppressed
        yield f"{abs(change)} {'more' if change > 0 else 'fewer'} suppressed than before."
    if digest.before and any(digest.change(severity) for severity in Severity):
        yield "Totals also change with images that are new or deleted."


def _totals(digest: Digest) -> Iterator[str]:
    yield f"  {'Severity':<14}{'Findings':>10}{'Change' if digest.before else '':>10}".rstrip()
    for severity in Severity:
        count, change = digest.totals.get(severity, 0), change_of(digest, severity)
        if severity in RATED_SEVERITIES or count or change:
            yield f"  {severity:<14}{count:>10}{change:>10}".rstrip()
    if digest.uncounted:
        yield ""
        unseen = many(digest.uncounted, "image")
        yield f"Not counted: the findings of {unseen}, whose last scan ended before this application was"
        yield "installed, or whose event was lost. The next scan counts them."


def _worse(digest: Digest) -> Iterator[str]:
    if digest.worse.total:
        found = describe_changes(digest.new, digest.raised)
        yield f"GOT WORSE: {many(digest.worse.total, 'image')}, {found}"
        for changed in digest.worse.first:
            yield from _image(digest, changed, describe_changes(changed.new, changed.raised))
        yield from _more(digest.worse)


def _appeared(digest: Digest) -> Iterator[str]:
    if digest.appeared.total:
        found = describe_counts(digest.appeared_counts, ALL)
        yield f"NEW IMAGES: {many(digest.appeared.total, 'image')} scanned for the first time, {found}"
        for changed in digest.appeared.first:
            yield from _image(digest, changed, describe_counts(changed.new, ALL))
        yield from _more(digest.appeared)


def _image(digest: Digest, changed: ChangedImage, found: str) -> Iterator[str]:
    yield f"  {owned_name(digest, changed.image)}: {found}"
    if changed.news:
        yield f"      {_listed(changed.news)}"


def _better(digest: Digest) -> Iterator[str]:
    if digest.better.total:
        yield f"FIXED: {describe_counts(digest.fixed, ALL)} in {many(digest.better.total, 'image')}"
        for changed in digest.better.first:
            yield _fixed(digest, changed)
        yield from _more(digest.better)


def _fixed(digest: Digest, changed: ChangedImage) -> str:
    return f"  {image_name(digest, changed.image)}: {describe_counts(changed.fixed, ALL)}"


def _worst(digest: Digest) -> Iterator[str]:
    if digest.worst.first:
        shown = f"{len(digest.worst.first)} of " if digest.worst.remaining else ""
        yield f"WORST IMAGES: {shown}{many(digest.worst.total, 'image')} with findings"
        exploited = exploited_column(digest)
        head = f"{'Exploited':>9}" if exploited else ""
        yield f"  {head}{'Critical':>{9 if exploited else 8}}{'High':>8}{'Medium':>8}{'Low':>8}  Image"
        for image in digest.worst.first:
            first = f"{exploited.get(image.id, 0):>9} " if exploited else ""
            counts = "".join(f"{image.counts.get(severity, 0):>8}" for severity in RATED_SEVERITIES)
            yield f"  {first}{counts}  {owned_name(digest, image)}"


def _suppressions(digest: Digest) -> Iterator[str]:
    review = digest.suppressions
    if review.is_empty:
        return
    yield "SUPPRESSIONS"
    yield from _titled("End soon; from the next day on, what they hide is reported again:", review.ending)
    yield from _titled("Have ended; what they hid is reported again:", review.ended)
    yield from _titled("Match nothing in any image, and may be removed:", review.unmatched)


def _titled(title: str, suppressions: Ranked[Suppression]) -> Iterator[str]:
    if suppressions.total:
        yield ""
        yield title
        for suppression in suppressions.first:
            until = end_text(suppression.until)
            yield f"  until {until:<10}  {shorten(one_line(describe(suppression)), LONGEST_TEXT - 20)}"
            yield f"                    {shorten(one_line(suppression.reason), LONGEST_TEXT - 20)}"
        yield from _more(suppressions)


def _tag_warnings(digest: Digest) -> Iterator[str]:
    warnings = digest.repositories.tag_warnings
    if warnings.total:
        yield f"WRONG TAGS OF REPOSITORIES, which are ignored: {warnings.total}"
        yield ""
        for repository, warning in warnings.first:
            yield f"  {repository_name(digest, repository)}"
            yield f"      {shorten(one_line(warning), 2 * LONGEST_TEXT)}"
        yield from _more(warnings)


def _registries(digest: Digest) -> Iterator[str]:
    registries = digest.repositories.registries
    if registries.first:
        named = ", ".join(f"{one_line(account)} in {one_line(region)}" for account, region in registries.first)
        more = f" and {registries.remaining} more" if registries.remaining else ""
        yield f"{'Registry' if registries.total == 1 else 'Registries'}  {named}{more}"


def _more(ranked: Ranked[Any]) -> list[str]:
    return [f"  and {ranked.remaining} more"] if ranked.remaining else []


def _listed(texts: Sequence[str]) -> str:
    return shorten(", ".join(one_line(text) for text in texts), LONGEST_TEXT)
