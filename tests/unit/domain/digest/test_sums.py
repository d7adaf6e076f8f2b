from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.digest.sums import FIRST_PERIOD, sum_up
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, LedgerEntry
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.digest.samples import (
    APP,
    CART,
    LAST_WEEK,
    LEGACY,
    OLD,
    RULES,
    WEEK,
    asked,
    changed,
    failed,
    known,
    ledgers,
    repository,
    rule,
    week,
)
from tests.unit.samples import NOW, ago, digest, image_id, scanned


def names(digest: Digest) -> list[str]:
    return [changed.image.digest for changed in digest.worse.first]


def test_totals_are_over_the_images_whose_last_scan_gave_a_result() -> None:
    sums = week(
        [
            known(1, scanned(days=1), counts={Severity.CRITICAL: 2, Severity.LOW: 1}, suppressed=2),
            known(2, scanned(days=90), counts={Severity.CRITICAL: 1}, suppressed=1),
            known(3, scanned(days=3), asked=failed(days=1), counts={Severity.CRITICAL: 50}, suppressed=50),
        ]
    )
    assert sums.totals == {Severity.CRITICAL: 3, Severity.LOW: 1}
    assert sums.suppressed == 3
    assert [sums.change(severity) for severity in (Severity.CRITICAL, Severity.HIGH)] == [0, -9]
    assert sums.state == DigestState(NOW, sums.totals, 3)


def test_the_first_digest_has_nothing_to_compare_with() -> None:
    sums = week([known(1, scanned(days=1), counts={Severity.CRITICAL: 2})], before=None)
    assert sums.change(Severity.CRITICAL) is None
    assert sums.since == NOW - FIRST_PERIOD


def test_a_result_that_nobody_counted_is_told_as_such() -> None:
    assert week([asked(1, scanned(days=1)), known(2, scanned(days=1))]).uncounted == 1


def test_changes_of_one_image_are_added_up() -> None:
    sums = week(
        [
            changed(1, ago(days=3), new={Severity.HIGH: 1}, news=("a", "b")),
            changed(1, ago(days=1), new={Severity.HIGH: 2}, raised={Severity.LOW: 1}, news=("b", "c")),
            known(1, scanned(days=1)),
        ]
    )
    (worse,) = sums.worse.first
    assert (worse.new, worse.raised, worse.news) == ({Severity.HIGH: 3}, {Severity.LOW: 1}, ("a", "b", "c"))
    assert (sums.new, sums.raised, sums.better.total) == ({Severity.HIGH: 3}, {Severity.LOW: 1}, 0)


def test_an_image_can_get_worse_and_better() -> None:
    change = changed(1, ago(days=1), new={Severity.LOW: 1}, fixed={Severity.CRITICAL: 1})
    sums = week([change, known(1, scanned(days=1))])
    assert (sums.worse.total, sums.better.total, sums.fixed) == (1, 1, {Severity.CRITICAL: 1})


def test_what_changed_in_images_that_are_gone_is_no_news() -> None:
    gone = changed(9, ago(days=1), new={Severity.CRITICAL: 1}, fixed={Severity.CRITICAL: 1})
    sums = week([gone, known(1, scanned(days=1)), known(9, scanned(days=1), of=CART)])
    assert (sums.worse.total, sums.better.total, sums.new, sums.fixed) == (0, 0, {}, {})


SECONDS = [0, 1, 599, 600, 601, 3_600]


def a_week_later(entries: list[LedgerEntry], before: Digest) -> Digest:
    """Return the next digest of a ledger that has not changed, but for these entries."""
    return sum_up(entries, (), before.state, last_look=None, max_age=WEEK, now=NOW + timedelta(days=7))


@pytest.mark.parametrize("seconds", SECONDS)
def test_each_change_is_told_by_one_digest_and_no_other(seconds: int) -> None:
    entries: list[LedgerEntry] = [
        changed(1, ago(seconds=seconds), new={Severity.LOW: 1}),
        known(1, scanned(days=1)),
    ]
    first = week(entries)
    assert (first.worse.total, a_week_later(entries, first).worse.total) == (1, 0)


def test_a_change_that_was_written_after_the_event_of_a_digest_is_told_by_the_next_one() -> None:
    entries: list[LedgerEntry] = [changed(1, NOW + timedelta(seconds=1), new={Severity.LOW: 1}), known(1, scanned())]
    first = week(entries)
    assert (first.worse.total, a_week_later(entries, first).worse.total) == (0, 1)


@pytest.mark.parametrize("seconds", [0, 1, 599])
def test_a_change_that_was_written_while_a_digest_was_made_is_told_by_the_next_one(seconds: int) -> None:
    late = changed(1, ago(seconds=seconds), new={Severity.LOW: 1})
    first = week([known(1, scanned(days=1))])
    assert (first.worse.total, a_week_later([late, known(1, scanned(days=1))], first).worse.total) == (0, 1)


def test_an_event_that_came_late_is_told_although_its_scan_is_older_than_the_last_digest() -> None:
    late = changed(1, ago(days=8), new={Severity.LOW: 1})
    entries: list[LedgerEntry] = [replace(late, recorded_at=ago(days=6)), known(1, scanned(days=8))]
    assert week(entries).worse.total == 1


def test_the_ten_worst_come_first_most_severe_and_then_most() -> None:
    images = [known(n, scanned(days=1), counts={Severity.HIGH: n}, tag=f"{n}") for n in range(1, 30)]
    images.append(known(99, scanned(days=1), counts={Severity.CRITICAL: 1}, tag="critical"))
    sums = week(images)
    assert [image.name for image in sums.worst.first[:3]] == ["team/app:critical", "team/app:29", "team/app:28"]
    assert (len(sums.worst.first), sums.worst.total) == (10, 30)


def test_images_that_got_worse_are_ranked_by_their_news() -> None:
    changes = [changed(n, ago(days=1), new={Severity.HIGH: n}) for n in range(1, 15)]
    changes.append(changed(20, ago(days=1), raised={Severity.CRITICAL: 1}))
    sums = week([*changes, *(known(n, scanned(days=1)) for n in (*range(1, 15), 20))])
    assert names(sums)[:3] == [digest(20), digest(14), digest(13)]
    assert (len(sums.worse.first), sums.worse.total) == (10, 15)


def test_each_repository_has_its_own_age_of_scans() -> None:
    sums = week(
        [
            RepositoryCoverage(APP, NOW, images=1, max_age="2d"),
            known(1, scanned(days=3)),
            RepositoryCoverage(CART, NOW, images=1, max_age="soon"),
            known(2, scanned(days=3), CART),
            RepositoryCoverage(LEGACY, NOW, images=1, max_age="1m"),
            known(3, scanned(days=20), LEGACY),
            known(4, scanned(days=3), OLD),
        ]
    )
    assert sums.coverage.counts[CoverageStatus.STALE] == 1
    assert sums.coverage.counts[CoverageStatus.CURRENT] == 3


def test_repositories_that_the_last_run_left_out_are_named() -> None:
    looks = [RepositoryCoverage(repository(f"r{n}"), ago(days=n)) for n in (0, 14, 15, 28, 29)]
    seen = week(looks).repositories
    assert [left.name for left in seen.inactive.first] == ["r15", "r28"]
    assert (seen.looked_at, seen.total) == (NOW, 5)


def test_what_is_known_of_repositories_that_the_last_run_left_out_does_not_count() -> None:
    sums = week(
        [
            RepositoryCoverage(APP, NOW, images=1),
            known(1, scanned(days=1), counts={Severity.LOW: 1}),
            RepositoryCoverage(
                CART, ago(days=15), images=5, held_back={StartScanResult.OVER_BUDGET: 2}, tag_warnings=("wrong",)
            ),
            changed(2, ago(days=4), CART, new={Severity.CRITICAL: 1}),
            known(2, scanned(days=4), CART, counts={Severity.CRITICAL: 1}),
        ]
    )
    assert (sums.totals, sums.worse.total, sums.coverage.total) == ({Severity.LOW: 1}, 0, 1)
    assert (sums.repositories.held_back, sums.repositories.tag_warnings.total) == ({}, 0)


def test_where_only_named_images_are_looked_at_all_that_is_known_counts() -> None:
    assert week([known(1, scanned(days=1)), known(2, scanned(days=20), CART)]).coverage.total == 2


def test_refused_scans_and_wrong_tags_are_added_up() -> None:
    refused = {StartScanResult.OVER_BUDGET: 2, StartScanResult.QUOTA_EXCEEDED: 3, StartScanResult.GONE: 7}
    looks = [RepositoryCoverage(of, NOW, held_back=refused, tag_warnings=("wrong", "too")) for of in (APP, CART)]
    seen = week(looks).repositories
    assert seen.held_back == {StartScanResult.QUOTA_EXCEEDED: 6, StartScanResult.OVER_BUDGET: 4}
    assert seen.tag_warnings.first == ((CART, "too"), (CART, "wrong"), (APP, "too"), (APP, "wrong"))


def test_registries_are_told_apart() -> None:
    entries = [known(1, scanned(days=1), repository("a", region)) for region in ("us-east-1", "eu-west-1")]
    registries = week(entries).repositories.registries
    assert registries.first == (("123456789012", "eu-west-1"), ("123456789012", "us-east-1"))


def test_suppressions_that_end_have_ended_or_match_nothing_are_listed() -> None:
    review = week().suppressions
    assert [rule.id for rule in review.ending.first] == ["openssl"]
    assert [rule.id for rule in review.ended.first] == ["curl"]
    assert [rule.id for rule in review.unmatched.first] == ["openssl", "typo"]


def test_a_rule_has_its_chance_until_every_image_was_scanned_since_it_was_made() -> None:
    young = rule("young", None, created_at=ago(days=20))
    recent, old = known(1, scanned(days=1)), known(2, scanned(days=21))
    assert week([recent], [young]).suppressions.unmatched.total == 1
    assert week([recent, old], [young]).suppressions.unmatched.total == 0


def test_without_any_result_no_rule_is_said_to_match_nothing() -> None:
    assert week([asked(1, failed(days=1))], RULES).suppressions.unmatched.total == 0


def test_a_rule_that_ended_on_the_day_of_the_last_digest_is_told() -> None:
    ended = week((), [rule("a", date(2026, 1, 24)), rule("b", date(2026, 1, 23))]).suppressions.ended
    assert [rule.id for rule in ended.first] == ["a"]


@given(ledgers)
@settings(max_examples=50)
def test_every_image_is_counted_once_in_coverage_and_in_the_totals(entries: list[LedgerEntry]) -> None:
    sums = week(entries)
    looks = {entry.repository: entry for entry in entries if isinstance(entry, RepositoryCoverage)}
    newest = max((look.at for look in looks.values()), default=NOW)
    left_out = {of for of, look in looks.items() if newest - look.at > timedelta(days=14)}
    looks = {of: look for of, look in looks.items() if of not in left_out}
    images = [entry for entry in entries if isinstance(entry, ImageState) and entry.repository not in left_out]
    of_repository = {of: sum(image.repository == of for image in images) for of in looks}
    unseen = sum(max(look.images, _listed(look) + of_repository[of]) - of_repository[of] for of, look in looks.items())
    assert sums.coverage.total == len(images) + unseen
    successes = [image for image in images if image.ended_scan and image.ended_scan.status in _SUCCESSES]
    for severity in Severity:
        assert sums.totals.get(severity, 0) == sum(image.counts.get(severity, 0) for image in successes)


_SUCCESSES = (ScanStatus.COMPLETE, ScanStatus.ACTIVE)


def _listed(look: RepositoryCoverage) -> int:
    return sum(number for reason, number in look.not_scannable.items() if reason != "unsupported")


@given(ledgers)
@settings(max_examples=50)
def test_the_next_digest_of_the_same_ledger_has_no_news(entries: list[LedgerEntry]) -> None:
    sums = week(entries)
    again = week(entries, before=sums.state)
    assert (again.worse.total, again.better.total) == (0, 0)
    assert all(again.change(severity) == 0 for severity in Severity)
    assert sums.before == LAST_WEEK


# --- images that were scanned for the first time --------------------------------------------------------------------


def test_a_new_image_with_findings_has_appeared_and_does_not_count_as_changed() -> None:
    found = {Severity.CRITICAL: 5}
    digest = week([changed(1, ago(days=1), new=found, is_first=True), known(1, scanned(days=1), counts=found)])
    assert [(each.image.digest, each.new) for each in digest.appeared.first] == [(image_id(1).digest, found)]
    assert (digest.appeared_counts, digest.new, digest.worse.total) == (found, {}, 0)


def test_an_image_has_appeared_with_what_it_has_now() -> None:
    entries: list[LedgerEntry] = [
        changed(1, ago(days=3), new={Severity.CRITICAL: 5}, is_first=True),
        changed(1, ago(days=1), fixed={Severity.CRITICAL: 4}),
        known(1, scanned(days=1), counts={Severity.CRITICAL: 1}),
    ]
    digest = week(entries)
    assert (digest.appeared_counts, digest.fixed) == ({Severity.CRITICAL: 1}, {})


def test_a_new_image_whose_findings_are_all_fixed_by_now_has_not_appeared() -> None:
    entries: list[LedgerEntry] = [
        changed(1, ago(days=3), new={Severity.LOW: 1}, is_first=True),
        changed(1, ago(days=1), fixed={Severity.LOW: 1}),
        known(1, scanned(days=1)),
    ]
    assert week(entries).appeared.total == 0


def test_a_new_image_whose_next_scan_failed_has_appeared_with_what_its_first_scan_found() -> None:
    entries: list[LedgerEntry] = [
        changed(1, ago(days=3), new={Severity.CRITICAL: 5}, is_first=True),
        known(1, failed(days=1)),
    ]
    digest = week(entries)
    assert (digest.appeared.total, digest.appeared_counts) == (1, {Severity.CRITICAL: 5})


def test_in_the_first_digest_no_image_has_appeared() -> None:
    found = {Severity.CRITICAL: 5}
    entries: list[LedgerEntry] = [
        changed(1, ago(days=1), new=found, is_first=True),
        known(1, scanned(days=1), counts=found),
    ]
    digest = week(entries, before=None)
    assert (digest.appeared.total, digest.appeared_counts, digest.totals) == (0, {}, found)
