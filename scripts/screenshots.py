"""Make the pictures of README.md: a training in the terminal beside the report of its run, light and dark.

    python train.py task=tweets model=bigru
    python scripts/screenshots.py tweets/bigru        # writes docs/images/front_light.png and front_dark.png

Needs selenium (extra `dev`) and Debian's chromium and chromium-driver.
"""

from __future__ import annotations

import argparse
import base64
import html
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from rnnlab.errors import UserError
from rnnlab.run.folder.find import find_run

IMAGES = Path(__file__).parents[1] / "docs" / "images"
STAMP = re.compile(r"^\[[^]]*\] \S+ [\w.]+: ")  # of train.log's lines
COLUMNS, LINES = 100, 44
REPORT = (1180, 1340)  # the browser's window over the report
FRONT = (1600, 860)
COLOURS = {"light": ("#eef1f4", "#ffffff", "#1f2328"), "dark": ("#0d1117", "#161b22", "#e6edf3")}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", help="a finished run, as rnnlab's commands name one")
    parser.add_argument("--to", type=Path, default=IMAGES, help="folder of the pictures")
    arguments = parser.parse_args()
    try:
        folder = find_run(arguments.run).path
    except UserError as error:
        sys.exit(f"error: {error}")
    arguments.to.mkdir(parents=True, exist_ok=True)
    printed = terminal_text(folder)
    browser = headless()
    try:
        for scheme in COLOURS:
            path = arguments.to / f"front_{scheme}.png"
            path.write_bytes(front(browser, folder / "report.html", printed, scheme))
            print(f"written: {path}")
    finally:
        browser.quit()


def terminal_text(folder: Path) -> str:
    """Return the command and the last lines that the training printed, cut at the window's edge.

    Lines that name an absolute path (the cache's) are left out: they are of one machine.
    """
    lines = [STAMP.sub("", line) for line in (folder / "train.log").read_text(encoding="utf-8").splitlines()]
    shown = [line for line in lines if " /" not in line]
    overrides = (folder / "overrides.yaml").read_text(encoding="utf-8").splitlines()
    typed = " ".join(line.removeprefix("- ") for line in overrides)
    return "\n".join(line[:COLUMNS] for line in [f"$ python train.py {typed}", *shown[-LINES:]])


def headless() -> Any:
    """Return Debian's Chromium without a window, driven by selenium."""
    from selenium import webdriver

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        sys.exit("error: needs Chromium and its driver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(flag)
    options.binary_location = chromium
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def front(browser: Any, report: Path, printed: str, scheme: str) -> bytes:
    """Return the picture of terminal and report side by side, as PNG."""
    page = shot(browser, report.resolve().as_uri(), REPORT, scheme)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "front.html")
        path.write_text(front_page(printed, page, scheme), encoding="utf-8")
        return shot(browser, path.as_uri(), FRONT, scheme)


def shot(browser: Any, address: str, size: tuple[int, int], scheme: str) -> bytes:
    """Return what a window of `size` (width, height) pixels shows of a page in a colour scheme, as PNG."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(address)
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    return base64.b64decode(taken["data"])


def front_page(printed: str, report: bytes, scheme: str) -> str:
    """Return the page with two windows that is photographed."""
    around, window, ink = COLOURS[scheme]
    picture = f"data:image/png;base64,{base64.b64encode(report).decode()}"
    return f"""<!doctype html><meta charset="utf-8"><style>
* {{ margin: 0; box-sizing: border-box }}
body {{ padding: 24px; height: 100vh; display: flex; gap: 24px; background: {around} }}
figure {{ flex: 1 1 0; overflow: hidden; border: 1px solid #8886; border-radius: 10px; background: {window} }}
pre {{ padding: 18px; font: 12.2px/1.5 "DejaVu Sans Mono", monospace; color: {ink} }}
img {{ width: 100%; display: block }}
</style>
<figure><pre>{html.escape(printed)}</pre></figure><figure><img alt="" src="{picture}"></figure>"""


if __name__ == "__main__":
    main()
