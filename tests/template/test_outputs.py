"""The outputs of the stack."""

from tests.template.declared import template


def test_the_outputs_are_what_people_and_tools_look_for() -> None:
    assert set(template["Outputs"]) >= {
        "ReportTopicArn",
        "ImagesScanJobsQueueUrl",
        "ImagesScanJobsDeadLetterQueueUrl",
        "ScanEventsDeadLetterQueueUrl",
        "RepositoriesScannerFunctionName",
        "ImagesScannerFunctionName",
        "ReporterFunctionName",
        "ScanLedgerTableName",
        "FindingsBucketName",
        "SuppressionsTableName",
        "DigestFunctionName",
        "InventoryFunctionName",
        "ChatTopicArn",
        "CoreLayerArn",
        "AnalyticsDatabaseName",
        "AnalyticsWorkGroupName",
    }
    assert all(output["Description"] for output in template["Outputs"].values())
