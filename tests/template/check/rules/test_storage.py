"""Data that an update or a deletion takes away."""

from scripts.template_check.rules import storage
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties

FAULTS = Faults(storage)


@FAULTS.fault("buckets-stay-but-not-when-their-stack-fails", "FindingsBucket")
def a_failed_first_deployment_leaves_a_bucket(mutated: Template) -> None:
    mutated["Resources"]["FindingsBucket"]["DeletionPolicy"] = "Retain"


@FAULTS.fault("buckets-stay-but-not-when-their-stack-fails", "FindingsBucket")
def a_replaced_bucket_is_deleted(mutated: Template) -> None:
    del mutated["Resources"]["FindingsBucket"]["UpdateReplacePolicy"]


@FAULTS.fault("nothing-that-keeps-data-is-named", "ScanLedger")
def a_table_has_a_name(mutated: Template) -> None:
    properties(mutated, "ScanLedger")["TableName"] = "ledger"


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
