"""Every answer of a snapshot equals what looking at everything finds."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import importance_key, importance_of
from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Page
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import (
    EVERY_IMAGE,
    FindingFilter,
    ImageFilter,
    ImageSort,
    SuppressedFindings,
    TotalsBy,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.snapshot.questions.vulnerabilities import is_of_whole_repositories
from ecr_scan_reporter.snapshot.writing import occurrences
from tests.unit.snapshot.naive import NaiveImage, is_found, is_wanted, look
from tests.unit.snapshot.registries import (
    NOW,
    MadeImage,
    MadeRegistry,
    build,
    counted,
    earlier,
    following,
    later,
    made_image,
    registries,
    suppression,
    with_words,
)

Item = TypeVar("Item")

optional_booleans = st.sampled_from([None, True, False])
image_filters = st.builds(
    ImageFilter,
    repository=st.sampled_from([None, "team/*", "base", "team/a[!x]p"]),
    tag=st.sampled_from([None, "1.0", "1.*", "[[]x]", "ma?n-*"]),
    digest=st.sampled_from([None, "sha256:6", "5f", "not a digest"]),
    owner=st.sampled_from([None, "alice", ""]),
    severity=st.sampled_from([None, Severity.CRITICAL, Severity.MEDIUM]),
    statuses=st.sampled_from([None, frozenset({CoverageStatus.CURRENT}), frozenset(CoverageStatus)]),
    pushed_before=st.sampled_from([None, NOW - timedelta(days=20)]),
    pushed_after=st.sampled_from([None, NOW - timedelta(days=20)]),
    unused_since=st.sampled_from([None, NOW - timedelta(days=10)]),
    is_in_use=optional_booleans,
    is_exploited=optional_booleans,
    is_fixable=optional_booleans,
    is_overdue=optional_booleans,
    suppressed=st.sampled_from(SuppressedFindings),
)
# Most filters leave nothing: a registry has more to say to those that ask for little.
loose_filters = st.one_of(
    st.just(EVERY_IMAGE),
    image_filters,
    st.builds(ImageFilter, repository=st.just("team/*")),
    st.builds(ImageFilter, owner=st.just("alice")),
    st.builds(ImageFilter, severity=st.just(Severity.LOW), suppressed=st.sampled_from(SuppressedFindings)),
    st.builds(ImageFilter, tag=st.just("1.*")),
)
finding_filters = st.builds(
    FindingFilter,
    vulnerability=st.sampled_from([None, "cve-2021-44228", "CVE-2024-*"]),
    package=st.sampled_from([None, "zlib", "*l*"]),
    severity=st.sampled_from([None, Severity.HIGH]),
    is_fixable=optional_booleans,
    suppressed=st.sampled_from(SuppressedFindings),
)


@contextmanager
def opened(registry: MadeRegistry) -> Iterator[SnapshotInventory]:
    with TemporaryDirectory() as folder:
        inventory = build(registry, Path(folder))
        try:
            yield inventory
        finally:
            inventory.close()


def all_pages(ask: Callable[[str | None], Page[Item]]) -> list[Item]:
    """Return the items of all pages; every page has the same total, which is their number."""
    items: list[Item] = []
    cursor, totals = None, set()
    while True:
        page = ask(cursor)
        items += page.items
        totals.add(page.total)
        cursor = page.next
        if cursor is None:
            assert totals == {len(items)}
            return items


@pytest.mark.parametrize("cursor", ["", "!", "eyJrIjpbMV19"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda inventory, cursor: inventory.images(cursor=cursor),
        lambda inventory, cursor: inventory.where(FindingFilter(), cursor=cursor),
        lambda inventory, cursor: inventory.where(FindingFilter(), ImageFilter(tag="1"), cursor=cursor),
        lambda inventory, cursor: inventory.vulnerabilities(FindingFilter(), cursor=cursor),
    ],
)
def test_every_list_refuses_what_is_no_cursor(ask: Callable[[SnapshotInventory, str], object], cursor: str) -> None:
    with opened(MadeRegistry()) as inventory, pytest.raises(InvalidInputError, match="cursor"):
        ask(inventory, cursor)


@settings(deadline=None, max_examples=60)
@given(registries(), loose_filters, st.sampled_from(ImageSort), st.integers(1, 5))
def test_the_pages_of_images_are_those_of_a_naive_filter_in_order_once_each(
    registry: MadeRegistry, wanted: ImageFilter, sort: ImageSort, limit: int
) -> None:
    with opened(registry) as inventory:
        listed = all_pages(lambda cursor: inventory.images(wanted, sort, limit=limit, cursor=cursor))
        expected = [image for image in look(registry) if is_wanted(image, wanted)]
        assert {image.id for image in listed} == {image.id for image in expected}
        assert len(listed) == len(expected)
        by_id = {image.id: image for image in expected}
        keys = [_key(by_id[image.id], sort, wanted) for image in listed]
        assert keys == sorted(keys)
        for image in listed:
            naive = by_id[image.id]
            assert image.counts == counted(naive.reported)
            assert image.suppressed == counted(naive.hidden)
            assert image.fixable == sum(finding.is_fixable for finding in naive.reported)
            assert (image.status, image.owner, image.is_in_use) == (naive.status, naive.owner, naive.is_in_use)
            assert image.exploited == naive.exploited
            assert _importance_numbers(image) == _counted_importance(naive)
            assert (image.tags, image.pushed_at) == (naive.made.image.tags, naive.made.image.pushed_at)


def _importance_numbers(image: InventoryImage) -> tuple[object, ...]:
    numbers = (image.ransomware, image.with_exploit, image.likely, image.epss)
    return (*numbers, image.overdue, image.overdue_since)


def _counted_importance(image: NaiveImage) -> tuple[Any, ...]:
    reported, overdue = image.reported, [day for day in image.due if day < NOW.date()]
    return (
        sum(finding.exploit is not None and finding.exploit.has_ransomware for finding in reported),
        sum(finding.exploit_available is True for finding in reported),
        sum(finding.is_likely for finding in reported),
        max((finding.epss for finding in reported if finding.epss is not None), default=None),
        len(overdue),
        min(overdue, default=None),
    )


def _key(image: NaiveImage, sort: ImageSort, wanted: ImageFilter) -> tuple[object, ...]:
    made = image.made.image
    match sort:
        case ImageSort.WORST:
            counts = counted(image.shown(wanted.suppressed))
            numbers = [counts.get(severity, 0) for severity in Severity]
            if wanted.suppressed is not SuppressedFindings.ONLY:
                ransomware, with_exploit, likely, *_ = _counted_importance(image)
                numbers = [ransomware, image.exploited or 0, with_exploit, likely, *numbers]
            return tuple(-number for number in (*numbers, image.is_in_use is True))
        case ImageSort.OVERDUE:
            overdue = [day for day in image.due if day < NOW.date()]
            return (not overdue, min(overdue, default=NOW.date()))
        case ImageSort.REPOSITORY:
            return (made.repository.name, made.repository.registry_id)
        case ImageSort.SIZE:
            return (-made.size_bytes,)
        case ImageSort.SCANNED:
            moment = image.made.result.completed_at if image.made.result else None
        case _:
            moment = made.pushed_at if sort is ImageSort.PUSHED else made.pulled_at
    return (-moment.timestamp() if moment else 1,)


@settings(deadline=None, max_examples=60)
@given(registries(), loose_filters)
def test_the_findings_of_images_are_all_there_with_their_dates_and_suppressions(
    registry: MadeRegistry, wanted: ImageFilter
) -> None:
    with opened(registry) as inventory:
        found = {each.image.id: each.findings for each in inventory.image_findings(wanted)}
        expected = {image.id: image.shown(wanted.suppressed) for image in look(registry) if is_wanted(image, wanted)}
        assert found.keys() == expected.keys()
        for image, findings in found.items():
            assert sorted(map(_facts, findings)) == sorted(map(_facts, expected[image]))


def _facts(finding: object) -> str:
    # The score and the address of a vulnerability are of the registry, not of one finding.
    return repr(replace(finding, uri="", epss=None, description=""))  # type: ignore[type-var]


@settings(deadline=None, max_examples=60)
@given(registries(), finding_filters, loose_filters, st.integers(1, 4))
def test_where_names_each_finding_of_each_image_once(
    registry: MadeRegistry, wanted: FindingFilter, images: ImageFilter, limit: int
) -> None:
    with opened(registry) as inventory:
        listed = all_pages(lambda cursor: inventory.where(wanted, images, limit=limit, cursor=cursor))
        expected = [
            (str(image.id), _facts(finding))
            for image in look(registry)
            if is_wanted(image, images)
            for finding in image.findings
            if is_found(finding, wanted)
        ]
        assert sorted((str(each.image.id), _facts(each.finding)) for each in listed) == sorted(expected)
        order = [_occurrence_key(each.finding) for each in listed]
        assert order == sorted(order)


def _occurrence_key(finding: Finding) -> tuple[float, ...]:
    return importance_key(
        importance_of(finding),
        finding.severity,
        is_fixable=finding.is_fixable,
        epss=finding.epss,
        is_likely=finding.is_likely,
    )


@settings(deadline=None, max_examples=60)
@given(registries(), finding_filters, loose_filters, st.integers(1, 4))
def test_vulnerabilities_count_the_images_that_have_them(
    registry: MadeRegistry, wanted: FindingFilter, images: ImageFilter, limit: int
) -> None:
    with opened(registry) as inventory:
        listed = all_pages(lambda cursor: inventory.vulnerabilities(wanted, images, limit=limit, cursor=cursor))
        everywhere = look(registry)
        inside = [image for image in everywhere if is_wanted(image, images)]
        expected = {}
        for name in {finding.name for image in everywhere for finding in image.findings}:
            reported = sum(any(finding.name == name for finding in image.reported) for image in inside)
            either = sum(any(finding.name == name for finding in image.findings) for image in inside)
            number = {
                SuppressedFindings.EXCLUDED: reported,
                SuppressedFindings.INCLUDED: either,
                SuppressedFindings.ONLY: either - reported,
            }[wanted.suppressed]
            # A filter of findings is about the vulnerability in the registry: one of its findings matches.
            of_name = [finding for image in everywhere for finding in image.findings if finding.name == name]
            loose = replace(wanted, suppressed=SuppressedFindings.INCLUDED, severity=None)
            worst = min(finding.severity.rank for finding in of_name)
            is_severe = wanted.severity is None or worst <= wanted.severity.rank
            if number and is_severe and any(is_found(finding, loose) for finding in of_name):
                expected[name] = (reported, either - reported, worst)
        assert {each.name: (each.images, each.suppressed_images, each.severity.rank) for each in listed} == expected
        order = [
            importance_key(
                each.importance,
                each.severity,
                is_in_use=bool(each.in_use),
                is_fixable=each.is_fixable,
                epss=each.epss,
                is_likely=each.is_likely,
                images=each.images,
            )
            for each in listed
        ]
        assert order == sorted(order)
        by_name = {each.name: each for each in listed}
        for name in expected:
            of_name = [finding for image in everywhere for finding in image.findings if finding.name == name]
            in_use = [image for image in everywhere if image.is_in_use and any(f.name == name for f in image.reported)]
            is_use_known = any(image.is_in_use is not None for image in everywhere)
            assert by_name[name].importance == min(map(importance_of, of_name))
            assert by_name[name].exploit == of_name[0].exploit
            assert by_name[name].is_fixable == any(finding.is_fixable for finding in of_name)
            assert by_name[name].in_use == (len(in_use) if is_use_known else None)


def test_an_image_in_use_counts_for_a_vulnerability_only_where_it_is_not_suppressed() -> None:
    finding = Finding("CVE-2024-1", Severity.HIGH, "zlib", "1")
    hidden, shown = made_image(1, finding, tags=("1.0",)), made_image(2, finding, tags=("2.0",))
    places = {each.image.id: ("ecs",) for each in (hidden, shown)}
    with opened(MadeRegistry([hidden, shown], suppressions=[suppression("s", tag="1.0")], places=places)) as inventory:
        (found,) = inventory.vulnerabilities(FindingFilter(), limit=9).items
    assert (found.images, found.suppressed_images, found.in_use) == (1, 1, 1)


@settings(deadline=None, max_examples=60)
@given(registries(), loose_filters, st.sampled_from(TotalsBy))
def test_totals_are_the_sums_of_the_images(registry: MadeRegistry, wanted: ImageFilter, by: TotalsBy) -> None:
    with opened(registry) as inventory:
        parts: dict[str, list[NaiveImage]] = {}
        for image in look(registry):
            if is_wanted(image, wanted):
                name = {
                    TotalsBy.REGISTRY: "",
                    TotalsBy.OWNER: image.owner,
                    TotalsBy.REPOSITORY: str(image.id.repository),
                }
                parts.setdefault(name[by], []).append(image)
        totals = inventory.summary(by, wanted)
        assert {str(each.repository) if each.repository else each.name for each in totals} == parts.keys()
        for each in totals:
            images = parts[str(each.repository) if each.repository else each.name]
            assert each.images == len(images)
            assert each.scanned == sum(
                image.status in (CoverageStatus.CURRENT, CoverageStatus.STALE) for image in images
            )
            assert each.counts == counted(finding for image in images for finding in image.reported)
            assert each.suppressed == counted(finding for image in images for finding in image.hidden)
            known = [image.exploited for image in images if image.exploited is not None]
            assert each.exploited == (sum(known) if known else None)
            numbers = (each.ransomware, each.with_exploit, each.likely, each.overdue)
            assert numbers == tuple(map(sum, zip(*map(_urgent, images), strict=True)))
            worst: dict[str, Severity] = {}
            for finding in (finding for image in images for finding in image.reported):
                worst[finding.name] = min(worst.get(finding.name, finding.severity), finding.severity, key=_rank)
            assert sum(each.unique.values()) == len(worst)
            if by is not TotalsBy.REGISTRY and is_of_whole_repositories(wanted):
                assert each.unique == Counter(worst.values())


def _urgent(image: NaiveImage) -> tuple[int, ...]:
    ransomware, with_exploit, likely, _, overdue, _ = _counted_importance(image)
    return ransomware, with_exploit, likely, overdue


def _rank(severity: Severity) -> int:
    return severity.rank


@settings(deadline=None, max_examples=60)
@given(registries(), st.sampled_from(TotalsBy))
def test_coverage_counts_each_image_once(registry: MadeRegistry, by: TotalsBy) -> None:
    with opened(registry) as inventory:
        coverage = inventory.coverage(by)
        assert sum(sum(each.counts.values()) for each in coverage) == len(registry.images)
        statuses = [image.status for image in look(registry)]
        assert {status: sum(each.counts.get(status, 0) for each in coverage) for status in CoverageStatus} == {
            status: statuses.count(status) for status in CoverageStatus
        }


@settings(deadline=None, max_examples=60)
@given(registries())
def test_left_behind_is_what_nobody_used(registry: MadeRegistry) -> None:
    since = NOW - timedelta(days=10)
    with opened(registry) as inventory:
        unused = [image for image in look(registry) if is_wanted(image, ImageFilter(unused_since=since))]
        answer = inventory.left_behind(since)
        assert sum(each.images for each in answer.repositories) == len(unused)
        assert sum(each.size_bytes for each in answer.repositories) == sum(i.made.image.size_bytes for i in unused)


@settings(deadline=None, max_examples=60)
@given(
    registries().flatmap(lambda before: st.tuples(st.just(before), later(before))),
    st.booleans(),
    st.booleans(),
    loose_filters,
)
def test_a_snapshot_of_changes_answers_as_one_that_was_built_anew(
    registry: tuple[MadeRegistry, MadeRegistry], compacts: bool, is_too_much: bool, wanted: ImageFilter
) -> None:
    before, after = registry
    before = earlier(before)
    after = following(before, after)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        build(before, Path(one), now=NOW - timedelta(days=1)).close()
        with pytest.MonkeyPatch.context() as patch:
            if is_too_much:
                patch.setattr(occurrences, "MAX_REMEMBERED", 2)
            changed = build(after, Path(one), is_fresh=False, generation=2, compacts=compacts)
        anew = build(after, Path(other))
        everything = FindingFilter(suppressed=SuppressedFindings.INCLUDED)
        assert _rows(changed.images(wanted).items) == _rows(anew.images(wanted).items)
        assert _rows(changed.image_findings(wanted)) == _rows(anew.image_findings(wanted))
        assert _rows(changed.vulnerabilities(everything).items) == _rows(anew.vulnerabilities(everything).items)
        for by in TotalsBy:
            assert _rows(changed.summary(by)) == _rows(anew.summary(by))
            assert _rows(changed.coverage(by)) == _rows(anew.coverage(by))
        changed.close()
        anew.close()


@settings(deadline=None, max_examples=60)
@given(registries().flatmap(lambda registry: st.tuples(st.just(registry), st.permutations(registry.images))))
def test_a_vulnerability_has_the_words_of_its_latest_scan_in_whatever_order_scans_are_read(
    drawn: tuple[MadeRegistry, list[MadeImage]],
) -> None:
    registry = with_words(drawn[0])
    shuffled = with_words(replace(registry, images=drawn[1]))
    expected = {
        name: max(
            (made.result.completed_at, each.epss, each.description, each.uri)
            for made in registry.images
            if made.result
            for each in made.result.findings
            if each.name == name
        )[1:]
        for name in {each.name for made in registry.images if made.result for each in made.result.findings}
    }
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        before = with_words(earlier(replace(shuffled, images=shuffled.images[::2])))
        build(before, Path(one), now=NOW - timedelta(days=1)).close()
        for inventory in build(shuffled, Path(one), is_fresh=False, generation=2), build(registry, Path(other)):
            listed = inventory.vulnerabilities(FindingFilter(suppressed=SuppressedFindings.INCLUDED)).items
            assert {each.name: (each.epss, each.description, each.uri) for each in listed} == expected
            inventory.close()


def _rows(items: object) -> list[str]:
    return sorted(map(repr, items))  # type: ignore[call-overload]
