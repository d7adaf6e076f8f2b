"""The command `test-report` against the deployed stack: every channel gets the sample, marked as a test."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable

import pytest

from local.application import Application
from local.deploy import STACK
from local.identity import REGION
from local.inbox import Inbox, Message

pytestmark = pytest.mark.e2e


def run(application: Application, stack: str) -> "subprocess.CompletedProcess[str]":
    """Run the command against the local AWS."""
    command = [sys.executable, "-m", "ecr_scan_reporter", "test-report", "--stack", stack]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= application.emulator.environment() | {"AWS_REGION": REGION}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def samples(titles: Iterable[str]) -> list[str]:
    """Return the titles of test reports."""
    return [title for title in titles if title.startswith("TEST CRITICAL: ")]


def title_of(message: Message) -> str:
    """Return the title of a message in chat."""
    title: str = message.document["content"]["title"]
    return title


def mails_of_samples(application: Application) -> list[str]:
    """Return the e-mails of test reports; tests before may have left a subscriber by SMS."""
    mails = [letter for letter in application.mail() if letter["protocol"] == "email"]
    return [mail["text"] for mail in mails if samples([mail["subject"]])]


def test_each_channel_gets_the_sample_and_nothing_is_remembered(application: Application, inbox: Inbox) -> None:
    chat = application.subscribe_inbox("chat-of-test", topic="ChatTopicArn")
    done = run(application, STACK)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.partition(": took it, message ")[0] for line in done.stdout.splitlines()] == [
        "report topic",
        "chat topic",
        "event bus",
    ]
    # Reports of the scans of the tests before may come late.
    (message,) = application.wait_until(
        "the inbox has it", lambda: [each for each in inbox.collect() if "isTest" in each.attributes]
    )
    assert (message.document["isTest"], message.attributes["isTest"]) == (True, "true")
    titles = application.wait_until("chat has it", lambda: samples(map(title_of, chat.collect())))
    assert len(titles) == 1
    (text,) = application.wait_until("the mail has come", lambda: mails_of_samples(application))
    assert text.startswith("TEST: ")
    assert "ecr-scan-reporter/test-report" not in json.dumps(application.ledger())
    application.unsubscribe(chat)


def test_a_stack_that_is_not_there_is_named(application: Application) -> None:
    done = run(application, "no-such-stack")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the stack is 'no-such-stack'" in done.stderr
