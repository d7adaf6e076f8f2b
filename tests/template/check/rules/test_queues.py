"""Queues whose times do not fit those of their functions."""

from scripts.template_check.rules import queues
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties

FAULTS = Faults(queues)


@FAULTS.fault("batches-are-reached-in-time", "FindingEvents")
def a_batch_is_larger_than_the_time_allows(mutated: Template) -> None:
    properties(mutated, "FindingEvents")["BatchSize"] = 1000


@FAULTS.fault("batches-are-reached-in-time", "FindingEvents")
def a_large_batch_has_no_window(mutated: Template) -> None:
    del properties(mutated, "FindingEvents")["MaximumBatchingWindowInSeconds"]


@FAULTS.fault("batches-are-reached-in-time", "ImagesScanJobs")
def one_job_that_fails_fails_its_batch(mutated: Template) -> None:
    del properties(mutated, "ImagesScanJobs")["FunctionResponseTypes"]


@FAULTS.fault("messages-stay-hidden-long-enough", "FindingEventsQueue")
def a_message_is_seen_again_before_its_function_ends(mutated: Template) -> None:
    properties(mutated, "FindingEventsQueue")["VisibilityTimeout"] = 1800


@FAULTS.fault("retries-end-before-the-message-expires", "FindingEventsQueue")
def a_message_is_given_up_early(mutated: Template) -> None:
    properties(mutated, "FindingEventsQueue")["RedrivePolicy"]["maxReceiveCount"] = 3


@FAULTS.fault("retries-end-before-the-message-expires", "FindingEventsQueue")
def a_message_expires_before_its_last_try(mutated: Template) -> None:
    properties(mutated, "FindingEventsQueue")["MessageRetentionPeriod"] = 9000


@FAULTS.fault("retries-end-before-the-message-expires", "ImagesScanJobsQueue")
def a_dead_letter_queue_forgets_early(mutated: Template) -> None:
    properties(mutated, "ImagesScanJobsDeadLetterQueue")["MessageRetentionPeriod"] = 345_600


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
