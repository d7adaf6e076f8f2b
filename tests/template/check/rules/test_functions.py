"""Functions that differ from what their partition and their parameters ask for."""

from scripts.template_check.rules import functions
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties

FAULTS = Faults(functions)


@FAULTS.fault("lambda-filters-no-log-lines", "Reporter")
def lambda_formats_the_log(mutated: Template) -> None:
    properties(mutated, "Reporter")["LoggingConfig"]["LogFormat"] = "JSON"


@FAULTS.fault("lambda-filters-no-log-lines", "Digest")
def lambda_filters_the_log(mutated: Template) -> None:
    properties(mutated, "Digest")["LoggingConfig"] |= {"ApplicationLogLevel": {"Ref": "LogLevel"}}


@FAULTS.fault("lambda-filters-no-log-lines", "Reporter")
def a_log_is_kept_for_ever(mutated: Template) -> None:
    del properties(mutated, "Reporter")["LoggingConfig"]


@FAULTS.fault("tracing-follows-the-partition", "ImagesScanner")
def a_function_is_traced_in_china(mutated: Template) -> None:
    properties(mutated, "ImagesScanner")["Tracing"] = "Active"


@FAULTS.fault("architectures-are-the-layers-too", "Reporter")
def a_function_has_another_processor_than_was_asked_for(mutated: Template) -> None:
    properties(mutated, "Reporter")["Architectures"] = ["arm64"]


@FAULTS.fault("architectures-are-the-layers-too", "Reporter")
def the_layer_serves_one_processor(mutated: Template) -> None:
    properties(mutated, "CoreLayer")["CompatibleArchitectures"] = ["arm64"]


@FAULTS.fault("loops-that-are-meant-are-allowed", "ImagesScanner")
def lambda_stops_a_job_after_16_rounds(mutated: Template) -> None:
    del properties(mutated, "ImagesScanner")["RecursiveLoop"]


@FAULTS.fault("loops-that-are-meant-are-allowed", "ImagesScanner")
def recursion_is_configured_where_that_is_not_known_to_exist(mutated: Template) -> None:
    properties(mutated, "ImagesScanner")["RecursiveLoop"] = "Allow"


@FAULTS.fault("conditions-follow-from-the-table", "HasChat")
def there_is_a_topic_for_chat_in_another_partition(mutated: Template) -> None:
    mutated["Conditions"]["HasChat"]["Fn::And"][1] = {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-us-gov"]}]
    }


@FAULTS.fault("events-that-fail-are-kept", "RepositoriesScanner")
def a_run_that_failed_is_lost(mutated: Template) -> None:
    del properties(mutated, "RepositoriesScanner")["EventInvokeConfig"]


@FAULTS.fault("events-that-fail-are-kept", "ReporterScanEnded")
def an_event_that_could_not_be_delivered_is_lost(mutated: Template) -> None:
    del properties(mutated, "Reporter")["Events"]["ScanEnded"]["Properties"]["DeadLetterConfig"]


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
