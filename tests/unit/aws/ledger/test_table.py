"""A table that cannot be used."""

import pytest

from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import NOW, REPOSITORY, digest, scanned


def test_a_table_that_is_not_there_is_an_error_of_the_library(ledger: ScanLedger, dynamo: Dynamo) -> None:
    dynamo.client.delete_table(TableName="ledger")
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        dict(ledger.last_scans(REPOSITORY))
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        ledger.record_result(ImageRecord(ImageId(REPOSITORY, digest(1)), scanned(hours=1)), NOW)
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        ledger.record_change(ChangeRecord(ImageId(REPOSITORY, digest(1)), NOW), NOW)
