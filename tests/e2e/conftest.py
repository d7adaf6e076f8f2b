"""The built template, deployed to a local AWS that speaks TLS alone and evaluates IAM policies: once for all tests."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from local.application import Application
from local.deploy import BUILT_TEMPLATE, deploy_fast
from local.inbox import Inbox
from local.running import Emulator, running_emulator
from local.waiting import wait_until
from tests.e2e.registry import Registry

FUNCTIONS = ("RepositoriesScannerFunctionName", "ImagesScannerFunctionName", "ReporterFunctionName")
DEPLOYED = pytest.StashKey[Application]()
PARAMETERS = {"LogLevel": "DEBUG", "NotificationEmail": "security@example.com"}


@pytest.fixture(scope="session")
def template() -> Path:
    """The built template."""
    path = Path(os.environ.get("LOCAL_TEMPLATE", BUILT_TEMPLATE))
    assert path.exists(), f"{path} is not there: run `make build-local`"
    return path


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """A local AWS with TLS and IAM on."""
    with running_emulator(has_tls=True, has_iam=True) as running:
        yield running


@pytest.fixture(scope="session")
def deployed(emulator: Emulator, template: Path, pytestconfig: pytest.Config) -> Application:
    """The application; its schedule is off, so that no run begins by itself."""
    application = Application(emulator, deploy_fast(emulator, template, PARAMETERS))
    pytestconfig.stash[DEPLOYED] = application
    assert application.switch_schedules_off() == 1
    return application


@pytest.fixture(scope="module")
def application(deployed: Application) -> Application:
    """The application as on its first day: no images, nothing remembered, no mail."""
    jobs = deployed.outputs["ImagesScanJobsQueueUrl"]
    wait_until("the jobs of the tests before are done", lambda: deployed.queue_depth(jobs) == 0)
    deployed.emulator.control("ecr/reset")
    deployed.emulator.control("mail/clear")
    deployed.forget_scans()
    return deployed


@pytest.fixture(scope="module")
def inbox(application: Application) -> Iterator[Inbox]:
    """A queue that gets every report."""
    inbox = application.subscribe_inbox(f"inbox-{next(_NUMBERS)}")
    yield inbox
    application.unsubscribe(inbox)


_NUMBERS = count()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show with a failed test what the functions said."""
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    application = item.config.stash.get(DEPLOYED, None)
    if report.failed and application:
        for output in FUNCTIONS:
            report.sections.append((f"log of {output}", application.log_tail(output)))


@pytest.fixture
def registry(application: Application) -> Registry:
    """The registry, to push images to."""
    return Registry(application.emulator)
