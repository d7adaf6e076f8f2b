"""A message that fails fails alone, and no event is lost."""

from typing import Any

from scripts.template_check.source import of_type
from tests.not_empty import not_empty
from tests.template.cloudformation import target
from tests.template.declared import events_of, functions, queues, resources

event_source_mappings = not_empty(of_type(resources, "AWS::Lambda::EventSourceMapping"))


def test_no_function_has_an_event_for_which_sam_would_let_it_read_every_queue() -> None:
    assert [name for name in functions if events_of(name, "SQS")] == []


def test_one_message_that_fails_fails_alone_and_concurrency_is_bounded() -> None:
    assert event_source_mappings["ImagesScanJobs"]["Properties"]["ScalingConfig"] == {
        "MaximumConcurrency": {"Ref": "ScannerConcurrency"}
    }
    for mapping in event_source_mappings.values():
        assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "MaximumConcurrency" in mapping["Properties"]["ScalingConfig"]


def rules_of_reporter() -> list[dict[str, Any]]:
    return events_of("Reporter", "EventBridgeRule")


def test_scan_events_that_cannot_be_reported_go_to_a_dead_letter_queue() -> None:
    assert len(rules_of_reporter()) == 3
    for rule in rules_of_reporter():
        assert target(rule["DeadLetterConfig"]["Arn"]) in queues
        assert rule["RetryPolicy"]["MaximumRetryAttempts"] > 0
