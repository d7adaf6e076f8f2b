"""The command `test-report` against the deployed stack: every channel gets the sample, marked as a test."""

import json
import os
import subprocess
import sys

import pytest

from local.application import Application
from local.deploy import STACK
from local.identity import REGION
from local.inbox import Inbox

pytestmark = pytest.mark.e2e


def run(application: Application, stack: str) -> "subprocess.CompletedProcess[str]":
    """Run the command against the local AWS."""
    command = [sys.executable, "-m", "ecr_scan_reporter", "test-report", "--stack", stack]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= application.emulator.environment() | {"AWS_REGION": REGION}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_each_channel_gets_the_sample_and_nothing_is_remembered(application: Application, inbox: Inbox) -> None:
    chat = application.subscribe_inbox("chat-of-test", topic="ChatTopicArn")
    done = run(application, STACK)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.partition(": took it, message ")[0] for line in done.stdout.splitlines()] == [
        "report topic",
        "chat topic",
        "event bus",
    ]
    application.wait_until("the inbox has it", lambda: bool(inbox.collect()))
    (message,) = inbox.messages
    assert (message.document["isTest"], message.attributes["isTest"]) == (True, "true")
    application.wait_until("chat has it", lambda: bool(chat.collect()))
    assert chat.messages[0].document["content"]["title"].startswith("TEST CRITICAL: ")
    application.wait_until("the mail has come", lambda: bool(application.mail()))
    (mail,) = application.mail()
    assert mail["subject"].startswith("TEST CRITICAL: ")
    assert mail["text"].startswith("TEST: ")
    assert "ecr-scan-reporter/test-report" not in json.dumps(application.ledger())
    application.unsubscribe(chat)


def test_a_stack_that_is_not_there_is_named(application: Application) -> None:
    done = run(application, "no-such-stack")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the stack is 'no-such-stack'" in done.stderr
