"""Debian's Chromium without a window: opens pages in a colour scheme, and photographs them."""

from __future__ import annotations

import base64
import shutil
import sys
import time
from collections.abc import Callable
from typing import Any

SECONDS = 300  # for a page to show what is waited for


def headless() -> Any:
    """Return the browser, driven by selenium."""
    from selenium import webdriver

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        sys.exit("error: needs Chromium and its driver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(flag)
    options.binary_location = chromium
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def opened(browser: Any, address: str, size: tuple[int, int], scheme: str) -> None:
    """Show a page in a window of `size` (width, height) pixels and a colour scheme, light or dark."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(address)


def photographed(browser: Any) -> bytes:
    """Return what the window shows, as PNG."""
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    return base64.b64decode(taken["data"])


def scrolled(browser: Any, selector: str) -> None:
    """Scroll the page at once so that an element is at its top, below the bar of links."""
    place = "document.querySelector(arguments[0]).getBoundingClientRect().top + scrollY - 56"
    browser.execute_script(f"scrollTo({{top: {place}, behavior: 'instant'}})", selector)


def until(browser: Any, holds: Callable[[], Any]) -> None:
    """Wait until something is on the page.

    Raises:
        TimeoutException: it did not come.
    """
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    ignored = [StaleElementReferenceException]
    WebDriverWait(browser, SECONDS, ignored_exceptions=ignored).until(lambda _: holds())
    time.sleep(0.5)  # what moves comes to rest
