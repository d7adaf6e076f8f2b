"""The built template, deployed to a local AWS that speaks TLS alone and evaluates IAM policies: once for all tests."""

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from ecr_scan_reporter.domain.inventory.urgent import URGENT_KEY
from local.application import Application
from local.deploy import BUILT_TEMPLATE, deploy_fast
from local.inbox import Inbox
from local.running import Emulator, running_emulator
from tests.e2e.browser import Tab, open_tab, running_browser
from tests.e2e.parameters import BUS, PARAMETERS
from tests.e2e.registry import Registry

DEPLOYED = pytest.StashKey[Application]()


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
    """The application with all its options; its schedules are off, so that nothing begins by itself."""
    emulator.client("events").create_event_bus(Name=BUS)
    application = Application(emulator, deploy_fast(emulator, template, PARAMETERS))
    pytestconfig.stash[DEPLOYED] = application
    assert application.switch_schedules_off() == 4
    return application


@pytest.fixture(scope="session")
def browser(emulator: Emulator) -> Iterator[Browser]:
    """Chromium, which trusts the local AWS. Tests that need it are skipped where there is none, but not in CI."""
    with running_browser(emulator) as running:
        yield running


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """An empty tab of the browser."""
    with open_tab(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def application(deployed: Application) -> Application:
    """The application as on its first day: no images, an empty ledger, no mail."""
    jobs = deployed.outputs["ImagesScanJobsQueueUrl"]
    deployed.wait_until("the jobs of the tests before are done", lambda: deployed.queue_depth(jobs) == 0)
    deployed.emulator.control("mail/clear")
    _forget(deployed)
    return deployed


@pytest.fixture
def empty(application: Application) -> None:
    """Nothing is left of the tests before, within a module too."""
    _forget(application)


def _forget(application: Application) -> None:
    application.emulator.control("ecr/reset")
    application.forget_scans()
    # The digest reads it.
    storage, bucket = application.emulator.client("s3"), application.outputs["FindingsBucketName"]
    storage.delete_object(Bucket=bucket, Key=URGENT_KEY)


@pytest.fixture
def updated(
    application: Application, emulator: Emulator, template: Path
) -> Iterator[Callable[[Mapping[str, str]], None]]:
    """Gives the running stack other parameters for the time of a test."""

    def update(parameters: Mapping[str, str]) -> None:
        deploy_fast(emulator, template, PARAMETERS | dict(parameters))
        application.switch_schedules_off()

    yield update
    update({})


@pytest.fixture(scope="module")
def inbox(application: Application) -> Iterator[Inbox]:
    """A queue that gets every report."""
    inbox = application.subscribe_inbox(f"inbox-{next(_NUMBERS)}")
    yield inbox
    application.unsubscribe(inbox)


_NUMBERS = count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The waits themselves end when nothing moves any more: this ends only what hangs."""
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.timeout(1_200))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show the logs of the functions with a failed test."""
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    application = item.config.stash.get(DEPLOYED, None)
    if report.failed and application:
        for output in application.function_outputs:
            report.sections.append((f"log of {output}", application.log_tail(output)))


@pytest.fixture
def registry(application: Application) -> Registry:
    """The registry, to push images to."""
    return Registry(application.emulator)
