"""The page in a real browser: thirty comparisons with a crash between, keys, widths, light and dark."""

import json

import pytest

from rnnlab.evaluation.groups import wilson
from rnnlab.serve.rating.plan import REAL
from rnnlab.serve.rating.results import summary

SECONDS = 30
pytestmark = pytest.mark.slow


def until(browser, holds):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, SECONDS, poll_frequency=0.02).until(lambda _: holds())


def text_of(browser, selector):
    return browser.find_element("css selector", selector).text


def press(browser, keys):
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(keys).perform()


def looked_at(browser, url, dark=False, width=1280):
    look = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": look})
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(url)
    until(browser, lambda: text_of(browser, "#progress, #raters"))


def sources_of(path):
    """Whose each text is, which the browser is never told."""
    comparisons = json.loads(path.read_text().splitlines()[0])["comparisons"]
    return {text: source for _, *passages in comparisons for source, text in passages}


def answer(browser, sources, place):
    """Takes the real text for real, and for better; by keys and by clicks in turn."""
    shown = [
        browser.execute_script(f"return document.getElementById('{side}').textContent") for side in SIDES
    ]
    side = next(side for side, text in zip(SIDES, shown, strict=True) if sources[text] == REAL)
    for step in ("better", "real"):
        until(
            browser, lambda step=step: browser.find_element("id", "rating").get_attribute("data-step") == step
        )
        if place % 2:
            press(browser, "1" if side == "left" else "2")
        else:
            browser.find_element("css selector", f"[data-side={side}]").click()


SIDES = ("left", "right")


def rate_some(browser, path, first, last):
    sources = sources_of(path)
    for place in range(first, last):
        until(browser, lambda place=place: f"{place} of 30 done" in text_of(browser, "#progress"))
        answer(browser, sources, place)
    until(browser, lambda: f"{last} of 30 done" in text_of(browser, "#progress"))


def test_thirty_comparisons_with_a_crash_in_the_middle(browser, listening, language_run, tmp_path):
    path = tmp_path / "rating.jsonl"
    command = (language_run, "--results", path, "--length", "40", "--rater", "Ada")
    with listening("rate", *command, "--port", "0") as (process, url):
        browser.get(f"{url}/results")
        browser.execute_script("localStorage.setItem('rater', 'Bo')")  # who is not asked for
        looked_at(browser, url)
        rate_some(browser, path, 0, 13)
        press(browser, "1")  # half of the fourteenth, which is not an answer
        process.kill()
        process.wait()
        assert len(path.read_text().splitlines()) == 1 + 13
        press(browser, "1")
        until(browser, lambda: "does not answer" in text_of(browser, "#problem"))
    with listening("rate", *command, "--port", url.rpartition(":")[2]) as (process, url):
        looked_at(browser, url)
        rate_some(browser, path, 13, 30)
        assert "Thank you" in text_of(browser, "#done")
        browser.find_element("css selector", "#done a").click()
        until(browser, lambda: "Ada 30" in text_of(browser, "#raters"))
        assert "100.0 %" in text_of(browser, "tbody tr")
        process.terminate()
        assert process.wait(SECONDS) == 0
        assert "real text" in process.stdout.read()
    assert len(path.read_text().splitlines()) == 1 + 30
    best, worst = summary(path).rows
    assert (best.name, best.wins, best.comparisons) == (REAL, 30, 30)
    assert (worst.wins, worst.win_rate) == (0, 0)
    assert (best.low, best.high) == wilson(30, 30)


@pytest.fixture
def address(listening, language_run, tmp_path):
    choices = ("--results", tmp_path / "r", "--length", "300", "--port", "0")
    with listening("rate", language_run, *choices) as (_, url):
        yield url


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_fault_and_nothing_of_another_host(browser, asked_urls, address, axe, width, dark):
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    for page in ("/?rater=Ada", "/results"):
        looked_at(browser, address + page, dark, width)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        browser.execute_script(axe)
        found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert [one for one in browser.get_log("browser") if one["level"] not in ("DEBUG", "INFO")] == []
    asked = asked_urls()
    assert f"{address}/results" in asked
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
