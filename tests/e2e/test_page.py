"""The web page of the deployed stack, in a real browser, as people use it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, expect

from local.application import Application
from local.deploy import STACK
from local.inbox import Inbox
from tests.e2e.browser import Tab, open_tab
from tests.e2e.command_line import ask
from tests.e2e.registry import NEW, OLD, Registry
from tests.e2e.scan_runs import run_scans

pytestmark = pytest.mark.e2e

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
VIEWS = (
    "#/",
    "#/images",
    "#/vulnerabilities",
    f"#/vulnerabilities/{OLD}",
    f"#/findings?cve={OLD}",
    "#/repositories",
    "#/changes?since=7d",
    "#/suppressions",
    "#/search?q=app",
)


@pytest.fixture(scope="module")
def images(application: Application, inbox: Inbox) -> dict[str, str]:
    """Two images whose scans are in a snapshot; return their digests by repository."""
    registry = Registry(application.emulator)
    hostile = {"name": OLD, "severity": "CRITICAL", "description": HOSTILE, "uri": "javascript:alert(3)"}
    pushed = {
        "test/ubuntu": registry.push("test/ubuntu", tags=["16.04", "latest"]),
        "app": registry.push("app", tags=["1"], findings=[hostile]),
    }
    registry.finds("test/ubuntu", pushed["test/ubuntu"], OLD, NEW)
    run_scans(application, inbox)
    build(application)
    return pushed


def build(application: Application) -> None:
    application.invoke(application.outputs["InventoryFunctionName"], {})


def token(application: Application, output: str) -> str:
    client = application.emulator.client("secretsmanager")
    value: str = client.get_secret_value(SecretId=application.outputs[output])["SecretString"]
    return value


def log_in(tab: Tab, application: Application, output: str = "ApiWriteTokenSecretArn", place: str = "#/") -> None:
    tab.page.goto(f"{application.api_url}/{place}")
    tab.page.get_by_label("Token").fill(token(application, output))
    tab.page.get_by_role("button", name="Log in").click()
    expect(tab.page.get_by_role("navigation", name="Views")).to_be_visible()


@pytest.fixture
def page_tab(tab: Tab, application: Application, images: dict[str, str]) -> Tab:
    """A tab in which somebody who may write has logged in."""
    log_in(tab, application)
    return tab


@pytest.fixture(params=["light", "dark"])
def themed_tab(
    request: pytest.FixtureRequest, browser: Browser, application: Application, images: dict[str, str]
) -> Iterator[Tab]:
    """A narrow tab, in light and in dark colours."""
    with open_tab(browser, color_scheme=request.param, viewport=NARROW) as tab:
        log_in(tab, application)
        yield tab


def settled(tab: Tab) -> None:
    """Wait until every part of a view has its answer."""
    tab.page.wait_for_load_state("networkidle")
    expect(tab.page.locator(".loading")).to_have_count(0)


def test_a_wrong_token_is_refused_with_a_sentence(tab: Tab, application: Application, images: dict[str, str]) -> None:
    tab.page.goto(f"{application.api_url}/#/images?severity=CRITICAL")
    tab.page.get_by_label("Token").fill("wrong")
    tab.page.get_by_role("button", name="Log in").click()
    expect(tab.page.get_by_text("This token is not valid.")).to_be_visible()
    # The browser did not ask for a password itself, and the address is still that of the list.
    log_in_again = tab.page.get_by_label("Token")
    log_in_again.fill(token(application, "ApiReadTokenSecretArn"))
    tab.page.get_by_role("button", name="Log in").click()
    expect(tab.page.get_by_role("heading", level=1, name="Images")).to_be_visible()
    assert [each for each in tab.problems if "401" not in each] == []


def test_the_morning_leads_to_a_list_that_is_filtered_and_sorted_in_its_address(page_tab: Tab) -> None:
    page = page_tab.page
    expect(page.get_by_role("heading", level=1, name="This morning")).to_be_visible()
    page.get_by_role("link", name=re.compile("^3 critical")).click()
    expect(page.get_by_role("heading", level=1, name="Images")).to_be_focused()
    assert page.url.endswith("#/images?severity=CRITICAL")
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(page.locator("th[aria-sort]")).to_have_text(re.compile("Urgency"))
    page.get_by_role("button", name="Image").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Image"))
    expect(table.get_by_role("row").nth(1)).to_contain_text("app:1")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Repository").fill("test/*")
    page.get_by_role("button", name="Apply").click()
    expect(table.get_by_role("row")).to_have_count(2)
    assert "repository=test%2F*&severity=CRITICAL&sort=repository" in page.url
    page.go_back()
    expect(table.get_by_role("row")).to_have_count(3)
    page.go_back()
    expect(page.locator("th[aria-sort]")).to_have_text(re.compile("Urgency"))
    assert page_tab.problems == []


def test_a_link_to_a_place_opens_there_in_its_colours(
    tab: Tab, application: Application, images: dict[str, str]
) -> None:
    log_in(tab, application, place=f"#/images/{images['app']}?repository=app&theme=dark")
    expect(tab.page.get_by_role("heading", level=1, name="app:1")).to_be_visible()
    assert tab.page.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.page.get_by_role("link", name="Light colours").click()
    expect(tab.page.locator("html[data-theme=light]")).to_have_count(1)
    assert "theme=light" in tab.page.url


def test_the_box_finds_a_vulnerability_a_word_and_a_digest(page_tab: Tab, images: dict[str, str]) -> None:
    page = page_tab.page

    def find(text: str) -> None:
        page.get_by_role("searchbox").fill(text)
        page.get_by_role("searchbox").press("Enter")

    find(NEW.lower())
    expect(page.get_by_role("heading", level=1, name=NEW)).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    find("ubuntu")
    page.get_by_role("link", name="1 image", exact=True).click()
    expect(page.get_by_role("rowheader")).to_contain_text("test/ubuntu:16.04")
    find(images["app"])
    expect(page.get_by_role("heading", level=1, name="app:1")).to_be_visible()
    assert page_tab.problems == []


def test_texts_of_others_stay_texts_and_links_lead_to_the_web(page_tab: Tab, application: Application) -> None:
    page = page_tab.page
    dialogs: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    page.goto(f"{application.api_url}/#/vulnerabilities/{OLD}")
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    expect(page.get_by_text("javascript:alert(3)")).to_be_visible()
    assert page.locator("a[href^='javascript']").count() == 0
    assert (dialogs, page_tab.problems) == ([], [])


def test_what_is_suppressed_is_gone_after_the_next_build_and_comes_back_when_undone(
    page_tab: Tab, application: Application, images: dict[str, str]
) -> None:
    page = page_tab.page
    card = f"{application.api_url}/#/images/{images['test/ubuntu']}?repository=test/ubuntu"
    where = f"{application.api_url}/#/vulnerabilities?cve={NEW}"
    page.goto(card)
    page.get_by_role("button", name=f"Suppress {NEW}").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Kind").select_option("not-affected")
    form.get_by_label("Justification").select_option("vulnerable_code_not_present")
    form.get_by_label("Reason").fill("not built with it")
    form.get_by_label("Your name").fill("Alice")
    form.get_by_role("button", name="Suppress").click()
    expect(page.get_by_role("status")).to_contain_text("with the next build")
    try:
        build(application)
        page.goto(where)
        expect_after_snapshots(page_tab, application, "no vulnerabilities")
        page.goto(f"{application.api_url}/#/suppressions")
        row = page.get_by_role("row", name=re.compile(NEW))
        expect(row).to_contain_text("not built with it")
        expect(row).to_contain_text("Alice")
    finally:
        page.get_by_role("button", name=re.compile(f"Remove the suppression of {NEW}")).click()
    expect(page.get_by_role("status")).to_contain_text("No longer suppressed")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Suppressed")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("No longer suppressed")
    build(application)
    page.goto(where)
    expect_after_snapshots(page_tab, application, " of 1 vulnerability")
    assert page_tab.problems == []


def expect_after_snapshots(tab: Tab, application: Application, text: str) -> None:
    """Wait until the function has the next snapshot, which it looks for now and then."""

    def is_shown() -> bool | None:
        tab.page.reload()
        settled(tab)
        return tab.page.get_by_text(text).count() > 0 or None

    application.wait_until(f"the page says: {text}", is_shown)


def test_who_may_only_read_sees_nothing_that_writes(tab: Tab, application: Application, images: dict[str, str]) -> None:
    log_in(tab, application, "ApiReadTokenSecretArn", f"#/images/{images['app']}")
    expect(tab.page.get_by_role("link", name=OLD)).to_be_visible()
    expect(tab.page.get_by_text("read only")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Suppress")).to_have_count(0)
    assert tab.problems == []


def test_exactly_what_is_shown_is_exported(page_tab: Tab, application: Application, tmp_path: Path) -> None:
    page = page_tab.page
    page.goto(f"{application.api_url}/#/images?repository=test/*")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert re.fullmatch(r"images-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    path = tmp_path / "images.csv"
    download.value.save_as(path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "test/ubuntu" in lines[1]
    assert page_tab.problems == []


def test_a_list_whose_cursor_is_of_an_earlier_snapshot_begins_again(page_tab: Tab, application: Application) -> None:
    page = page_tab.page
    # Pages of one row: the registry has two images.
    page.route("**/images?*", lambda route: route.continue_(url=route.request.url.replace("limit=50", "limit=1")))
    page.goto(f"{application.api_url}/#/images")
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="First page")).to_be_visible()
    second = page.url
    assert "cursor=" in second
    build(application)

    def begins_again() -> bool | None:
        page.goto(second)
        page.reload()
        settled(page_tab)
        return "cursor=" not in page.url or None

    application.wait_until("the list begins again", begins_again)
    expect(page.get_by_role("status")).to_contain_text("begins again")
    expect(page.get_by_role("link", name="Next page")).to_be_visible()
    expect(page.get_by_role("link", name="First page")).to_have_count(0)
    assert [each for each in page_tab.problems if "410" not in each] == []


def test_nothing_keeps_people_from_using_any_view(themed_tab: Tab, images: dict[str, str]) -> None:
    for view in (*VIEWS, f"#/images/{images['app']}"):
        themed_tab.page.evaluate("hash => { location.hash = hash }", view)
        settled(themed_tab)
        assert themed_tab.violations() == [], view
        width = themed_tab.page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"], f"{view} is {width} pixels wide"
    themed_tab.page.get_by_role("button", name=f"Suppress {OLD}").click()
    assert themed_tab.violations() == []
    assert themed_tab.problems == []


def test_the_log_in_and_the_keyboard_are_for_everybody(
    tab: Tab, application: Application, images: dict[str, str]
) -> None:
    tab.page.goto(str(application.api_url))
    expect(tab.page.get_by_label("Token")).to_be_focused()
    assert tab.violations() == []
    tab.page.keyboard.type(token(application, "ApiReadTokenSecretArn"))
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("heading", level=1, name="This morning")).to_be_visible()
    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_text("To the content")).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("main")).to_be_focused()


def test_the_report_in_one_file_shows_the_same_without_any_request(
    tab: Tab, application: Application, images: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    ask(application, "report", "--html", str(path), "--stack", STACK)
    requests: list[str] = []
    tab.page.on("request", lambda request: requests.append(request.url))
    tab.page.goto(path.as_uri())
    expect(tab.page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    for view in (*VIEWS, f"#/images/{images['app']}"):
        tab.page.evaluate("hash => { location.hash = hash }", view)
        settled(tab)
        assert tab.violations() == [], view
    expect(tab.page.get_by_role("heading", level=1, name="app:1")).to_be_visible()
    tab.page.get_by_role("button", name="Details").click()
    expect(tab.page.get_by_text(HOSTILE)).to_be_visible()
    assert requests == [path.as_uri()]
    assert tab.problems == []
