"""The optional resources are made when a parameter and the partition ask for them."""

import pytest

from scripts.template_check.partitions import FEATURES
from tests.not_empty import not_empty
from tests.template.cloudformation import holds
from tests.template.declared import functions, resources, template


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({}, False),
        ({"DigestSchedule": "rate(1 day)"}, True),
        ({"NotificationMode": "DIGEST"}, True),
        ({"NotificationMode": "BOTH"}, True),
        ({"NotificationMode": "IMMEDIATE"}, False),
    ],
)
def test_the_digest_is_made_when_a_schedule_or_the_mode_asks_for_it(values: dict[str, str], made: bool) -> None:
    assert holds(template, functions["Digest"]["Condition"], **values) is made


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({}, False),
        ({"EnableApi": "True"}, True),
        ({"ScanConfigsOnly": "True"}, True),
        ({"EnableInventory": "True"}, False),
    ],
)
def test_the_table_of_scan_configurations_is_made_for_the_api_or_where_they_alone_are_scanned(
    values: dict[str, str], made: bool
) -> None:
    assert holds(template, resources["ScanConfigsTable"]["Condition"], **values) is made


@pytest.mark.parametrize(
    ("partition", "made"), [("aws", True), ("aws-us-gov", False), ("aws-cn", False), ("aws-eusc", False)]
)
def test_the_chat_topic_is_made_in_commercial_regions_alone(partition: str, made: bool) -> None:
    condition = resources["ChatTopic"]["Condition"]
    assert holds(template, condition, partition=partition, ChatNotifications="True") is made
    assert not holds(template, condition, partition=partition)


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn", "aws-eusc"])
def test_a_loop_that_is_meant_is_allowed_where_that_is_known_to_work(partition: str) -> None:
    assert holds(template, "HasRecursionControl")
    assert not holds(template, "HasRecursionControl", partition=partition)


BY_PARTITION = {feature.condition for feature in FEATURES} - {"HasChat"}


@pytest.mark.parametrize("name", not_empty(sorted(set(template["Conditions"]) - BY_PARTITION)))
def test_by_default_nothing_optional_is_made(name: str) -> None:
    assert not holds(template, name)


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({}, False),
        ({"AlarmEmail": "operators@example.com"}, True),
        ({"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:operators"}, True),
        ({"AlarmEmail": "operators@example.com", "ScheduleAlarmHours": "0"}, False),
        ({"ScheduleAlarmHours": "24"}, False),
    ],
)
def test_the_alarm_of_the_schedule_is_made_for_its_receivers_and_can_be_switched_off(
    values: dict[str, str], made: bool
) -> None:
    assert holds(template, resources["ScheduleAlarm"]["Condition"], **values) is made
