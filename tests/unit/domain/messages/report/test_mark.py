"""Every text of a test report says first that it is a test."""

import json

import pytest

from ecr_scan_reporter.domain.messages.chat_text import MAX_DESCRIPTION, MAX_TITLE, chat_message
from ecr_scan_reporter.domain.messages.report.chat import compose_chat
from ecr_scan_reporter.domain.messages.report.notification import attributes, compose_notification
from ecr_scan_reporter.domain.messages.report.test_report import NOTICE, mark_chat, mark_document, mark_notification
from ecr_scan_reporter.domain.messages.sns import DOCUMENT_PROTOCOLS, SMS_BYTES, SUBJECT_CHARACTERS, Notification
from ecr_scan_reporter.domain.reports.test_report import made_up_report
from tests.unit.samples import NOW

REPORT = made_up_report("123456789012", "eu-west-1", NOW)
MARKED = mark_notification(compose_notification(REPORT))
TEXTS = json.loads(MARKED.message)


@pytest.mark.parametrize("protocol", sorted({"default", "sms", "email"}))
def test_each_text_begins_with_the_mark(protocol: str) -> None:
    assert TEXTS[protocol].startswith("TEST")
    assert REPORT.image.repository.name in TEXTS[protocol]


@pytest.mark.parametrize("protocol", DOCUMENT_PROTOCOLS)
def test_each_document_is_the_one_of_the_report_with_a_member_more(protocol: str) -> None:
    document = json.loads(TEXTS[protocol])
    assert document.pop("isTest") is True
    before = json.loads(json.loads(compose_notification(REPORT).message)[protocol])
    assert document == before | {"summary": f"TEST {before['summary']}"}


def test_the_marks_keep_the_limits_of_sns() -> None:
    long = Notification("s" * SUBJECT_CHARACTERS, json.dumps({"default": "d", "sms": "s" * SMS_BYTES}), {})
    marked = mark_notification(long)
    assert len(marked.subject) == SUBJECT_CHARACTERS
    assert len(json.loads(marked.message)["sms"]) == SMS_BYTES
    assert len(mark_document({"summary": long.subject})["summary"]) == SUBJECT_CHARACTERS


def test_the_filters_of_subscribers_let_it_pass_and_can_tell_it() -> None:
    assert MARKED.attributes == attributes(REPORT) | {"isTest": "true"}
    assert (MARKED.attributes["severity"], MARKED.attributes["hasNew"]) == ("CRITICAL", "true")


def test_chat_shows_the_mark_and_no_steps() -> None:
    chat = json.loads(mark_chat(compose_chat(REPORT)))
    assert chat["content"]["title"].startswith("TEST CRITICAL: ")
    assert chat["metadata"]["summary"] == chat["content"]["title"]
    assert chat["content"]["description"].startswith(f"{NOTICE}\n\n")
    assert chat["content"]["nextSteps"] == ["There is nothing to do."]


def test_a_long_chat_message_keeps_its_limits() -> None:
    chat = json.loads(mark_chat(chat_message("t" * MAX_TITLE, "d" * MAX_DESCRIPTION, event_type="E")))
    assert (len(chat["content"]["title"]), len(chat["content"]["description"])) == (MAX_TITLE, MAX_DESCRIPTION)
    assert chat["metadata"]["additionalContext"] == {"isTest": "true"}
