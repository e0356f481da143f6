"""The page in a real browser: light, dark, narrow; nothing in the console, nothing asked of a network."""

import pytest

from rnnlab.report.page.write import write_report, write_set_report

from .conftest import files

pytestmark = pytest.mark.slow


@pytest.fixture
def pages(make_run, language_folder, tmp_path):
    """A run with an explanation, a language model, and several runs."""
    folder = make_run()
    (folder / "explain").mkdir()
    (folder / "explain" / "attention.html").write_text(
        "<!doctype html><html lang=en><title>why</title><body><p>why</p><script>alert(1)</script></body>"
    )
    several = [make_run(f"{m}{s}", m, s, a) for m, a in (("gru", 0.5), ("lstm", 0.8)) for s in (1, 2)]
    return [
        write_report(files(folder), tmp_path / "run.html"),
        write_report(files(language_folder), tmp_path / "language.html"),
        write_set_report([files(one) for one in several], tmp_path / "set.html", "four runs"),
    ]


def looked_at(browser, page, dark=False, width=1280):
    look = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": look})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(page.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def test_no_console_message_and_no_request(browser, asked_urls, pages):
    for page in pages:
        looked_at(browser, page)
        said = [one["message"] for one in browser.get_log("browser")]
        # that the frame's script was stopped is said by the browser, and is meant
        assert [one for one in said if "sandboxed" not in one] == []
        asked = asked_urls()
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert page.as_uri() in asked


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(browser, pages, width):
    for page in pages:
        looked_at(browser, page, width=width)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_fault(browser, axe, pages, dark):
    for page in pages:
        looked_at(browser, page, dark)
        browser.execute_script(axe)
        found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
        assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_values_stand_under_the_pointer_and_the_arrow_keys(browser, pages):
    from selenium.webdriver.common.keys import Keys

    looked_at(browser, pages[0])
    chart = browser.find_element("css selector", "svg[data-hover]")
    browser.execute_script("arguments[0].focus()", chart)
    chart.send_keys(Keys.ARROW_LEFT)
    tip = browser.find_element("id", "tip")
    assert tip.is_displayed()
    assert tip.text.splitlines()[0] == "step 29"
    assert "training" in tip.text


def test_a_click_sorts_the_table(browser, pages):
    looked_at(browser, pages[2])
    head = browser.find_element("css selector", "table.sortable thead th:nth-child(2) button")
    first = "document.querySelector('table.sortable')"
    models = f"return [...{first}.tBodies[0].rows].map(row => row.cells[1].textContent)"
    orders = []
    for _ in range(2):
        browser.execute_script("arguments[0].click()", head)
        orders.append(browser.execute_script(models))
    assert orders == [["lstm", "gru"], ["gru", "lstm"]]
