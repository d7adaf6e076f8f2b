"""Write the pictures of the web page in the README: of the sample registry, on an AWS on this machine.

`make screenshots`; it needs Chromium.
"""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from local.application import Application
from local.past import write_past
from local.session import PARAMETERS, deployed_application, make_console, step

FOLDER = Path(__file__).parent.parent / "docs" / "images"
NAMES = ("chromium", "chromium-browser", "google-chrome")
IMAGE = "the first image"


@dataclass(frozen=True)
class Picture:
    """One picture: where the page is, and in what window."""

    place: str
    scheme: str
    width: int
    height: int


PICTURES: Mapping[str, Picture] = {
    "page-light.png": Picture("#/", "light", 1080, 800),
    "page-dark.png": Picture(IMAGE, "dark", 1080, 660),
    "page-phone.png": Picture("#/images", "light", 360, 720),
}


def main() -> int:
    """Deploy, build the inventory, and take the pictures. Returns the exit status."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        sys.stderr.write("there is no Chromium: `apt-get install --no-install-recommends chromium fonts-dejavu-core`\n")
        return 1
    console = make_console()
    FOLDER.mkdir(exist_ok=True)
    with deployed_application(console, parameters=PARAMETERS | {"EnableApi": "True"}) as application:
        with step(console, "Building the inventory", "The inventory, with a made-up past"):
            write_past(application, datetime.now(UTC))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, chromium_sandbox=False)
            for name, picture in PICTURES.items():
                with step(console, f"Taking {name}", f"{FOLDER / name}"):
                    _take(browser, application, picture, FOLDER / name)
            browser.close()
    return 0


def _take(browser: Browser, application: Application, picture: Picture, path: Path) -> None:
    # The certificate is that of this very AWS on this machine.
    context = browser.new_context(
        ignore_https_errors=True,
        color_scheme="dark" if picture.scheme == "dark" else "light",
        viewport={"width": picture.width, "height": picture.height},
    )
    page = context.new_page()
    page.goto(f"{application.api_url}/#/images")
    secret = application.outputs["ApiWriteTokenSecretArn"]
    client = application.emulator.client("secretsmanager")
    page.get_by_label("Token").fill(client.get_secret_value(SecretId=secret)["SecretString"])
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("rowheader").first.wait_for()
    if picture.place == IMAGE:
        page.get_by_role("rowheader").get_by_role("link").first.click()
    else:
        page.evaluate("hash => { location.hash = hash }", picture.place)
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
