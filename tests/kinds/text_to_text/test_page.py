"""The service's page with a text-to-text run, in a real browser: outputs, alternatives, attention."""

import pytest

from ...serve.service.test_page import looked_at, until
from .test_run import pairs, run

__all__ = ["pairs", "run"]
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def address(listening, run):
    with listening("serve", run, "--port", "0") as (_, url):
        yield url


def asked(browser, text):
    box = until(browser, lambda: browser.find_elements("css selector", "#questions textarea"))[0]
    browser.execute_script("arguments[0].value = arguments[1]", box, text)
    browser.find_element("css selector", "#questions button").click()
    return until(browser, lambda: browser.find_elements("css selector", ".outputs .grid tbody tr"))


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 360)])
def test_the_output_its_alternatives_and_its_attention_are_shown(browser, address, dark, width):
    looked_at(browser, f"{address}/", dark, width)
    rows = asked(browser, "one two three")
    written = browser.find_element("css selector", ".outputs .written").text
    alternatives = [one.text for one in browser.find_elements("css selector", ".ranked li span:first-child")]
    assert alternatives[0] == written
    assert len(alternatives) == 3
    assert len(rows) == len(written.split()) + 1  # the end
    cells = rows[0].find_elements("css selector", "td")
    assert len(cells) == 3
    assert sum(float(cell.get_attribute("title").rpartition(" ")[2]) for cell in cells) == pytest.approx(
        1, abs=0.01
    )
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    said = [one for one in browser.get_log("browser") if one["level"] not in ("DEBUG", "INFO")]
    assert said == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_fault(browser, address, axe, dark):
    looked_at(browser, f"{address}/", dark)
    asked(browser, "one two three")
    browser.execute_script(axe)
    found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
