"""The service's page with a tagger, in a real browser: spans on the text, in light, dark and narrow."""

import pytest

from ...serve.service.test_page import looked_at, until

pytestmark = pytest.mark.slow
TEXT = "Dan Wu 😂 lives in New York"


@pytest.fixture(scope="module")
def address(listening, entity_run):
    with listening("serve", entity_run, "--port", "0") as (_, url):
        yield url


def asked(browser, text):
    box = browser.find_element("css selector", "#questions textarea")
    browser.execute_script("arguments[0].value = arguments[1]", box, text)
    browser.find_element("css selector", "#questions button").click()


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 1280), (False, 360)])
def test_spans_are_marked_where_they_stand(browser, address, dark, width):
    looked_at(browser, f"{address}/", dark, width)
    until(browser, lambda: browser.find_elements("css selector", "#questions textarea"))
    asked(browser, TEXT)
    marks = until(browser, lambda: browser.find_elements("css selector", ".spans mark"))
    assert [mark.text.split("\n") for mark in marks] == [["Dan Wu person"], ["New York place"]]
    words = browser.find_element("css selector", ".spans .words").text
    assert words == "Dan Wu person 😂 lives in New York place"
    assert len(browser.find_elements("css selector", ".spans .bars li")) == 2
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    said = [one for one in browser.get_log("browser") if one["level"] not in ("DEBUG", "INFO")]
    assert said == []


def test_a_text_without_entities_says_so(browser, address):
    looked_at(browser, f"{address}/")
    until(browser, lambda: browser.find_elements("css selector", "#questions textarea"))
    asked(browser, "nothing happened today")
    until(browser, lambda: "No spans found." in browser.find_element("css selector", ".spans").text)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_fault(browser, address, axe, dark):
    looked_at(browser, f"{address}/", dark)
    until(browser, lambda: browser.find_elements("css selector", "#questions textarea"))
    asked(browser, TEXT)
    until(browser, lambda: browser.find_elements("css selector", ".spans mark"))
    browser.execute_script(axe)
    found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
