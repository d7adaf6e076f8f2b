"""The images scanner without a table."""

from datetime import timedelta

from ecr_scan_reporter.aws.ledger.none import NoLedger
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from tests.unit.samples import NOW, REPOSITORY, digest, started


def test_without_a_table_nothing_is_known_and_nothing_is_recorded() -> None:
    ledger = NoLedger()
    ledger.remember(REPOSITORY, {digest(1): started(hours=1)}, NOW)
    ledger.pause(REPOSITORY, NOW)
    ledger.record_coverage(RepositoryCoverage(REPOSITORY, NOW), NOW)
    ledger.forget(REPOSITORY, [digest(1)])
    assert dict(ledger.last_scans(REPOSITORY)) == {}
    assert ledger.paused_until(REPOSITORY) is None
    assert [ledger.spend(REPOSITORY, wanted, 10, NOW) for wanted in (4, 40)] == [4, 6]
    ledger.refund(REPOSITORY, 2, NOW)
    assert [ledger.spend(REPOSITORY, 4, 10, NOW + timedelta(days=days)) for days in (0, 1)] == [2, 4]
