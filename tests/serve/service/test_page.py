"""The page in a real browser: what it shows, from the keyboard, in light and dark, narrow, with a token."""

import pytest

SECONDS = 30  # for something to appear on a busy machine
pytestmark = pytest.mark.slow


def until(browser, holds):
    """What `holds()` gives as soon as that is something."""
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    waiting = WebDriverWait(browser, SECONDS, ignored_exceptions=[StaleElementReferenceException])
    return waiting.until(lambda _: holds())


def text_of(browser, selector):
    return browser.find_element("css selector", selector).text


def looked_at(browser, url, dark=False, width=1280):
    look = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": look})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(url)


def read(browser, url, dark=False, width=1280):
    """The page with its first prediction and explanation."""
    looked_at(browser, f"{url}/", dark, width)
    until(browser, lambda: text_of(browser, ".legend"))


def written(browser):
    """The page after it wrote."""
    browser.find_element("id", "write").click()
    until(browser, lambda: "a second" in text_of(browser, "#pace"))
    return text_of(browser, "#page")


def test_it_shows_what_the_service_says_and_writes(browser, address):
    read(browser, address)
    assert text_of(browser, ".verdict").split()[0] in ("positive", "negative")
    shares = [float(one.text.rstrip(" %")) for one in browser.find_elements("css selector", ".number")]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    words = [one.text for one in browser.find_elements("css selector", ".words mark")]
    assert [word.lower() for word in words][:3] == ["not", "bad", "at"]
    assert written(browser).startswith("ROMEO:")


def test_it_works_from_the_keyboard(browser, address):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    def press(*keys):
        ActionChains(browser).send_keys(*keys).perform()

    def focused():
        return browser.switch_to.active_element

    read(browser, address)
    while focused().get_attribute("id") != "text":
        press(Keys.TAB)
    ActionChains(browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
    press("dreadful")
    until(browser, lambda: text_of(browser, ".words") == "dreadful")
    while focused().get_attribute("id") != "temperature":
        press(Keys.TAB)
    press(Keys.HOME)
    assert text_of(browser, "#degrees") == "0.00"
    while focused().get_attribute("id") != "write":
        press(Keys.TAB)
    press(Keys.ENTER)
    until(browser, lambda: "a second" in text_of(browser, "#pace"))
    assert len(text_of(browser, "#page")) > 100


def test_no_console_message_and_nothing_asked_of_another_host(browser, asked_urls, address):
    for path in ("/", "/docs"):
        looked_at(browser, address + path)
        until(browser, lambda: browser.find_elements("css selector", "article"))
        if path == "/":
            until(browser, lambda: text_of(browser, ".legend"))
            written(browser)
        said = [one for one in browser.get_log("browser") if one["level"] not in ("DEBUG", "INFO")]
        assert said == []
        asked = asked_urls()
        assert [url for url in asked if not url.startswith(f"{address}/")] == []
        assert f"{address}{path}" in asked


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(browser, address, width):
    read(browser, address, width=width)
    written(browser)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    looked_at(browser, f"{address}/docs", width=width)
    until(browser, lambda: browser.find_elements("css selector", "article"))
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/docs"])
def test_axe_finds_no_serious_fault(browser, address, axe, path, dark):
    if path == "/":
        read(browser, address, dark)
        written(browser)
    else:
        looked_at(browser, address + path, dark)
        until(browser, lambda: browser.find_elements("css selector", "article"))
        browser.execute_script("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    browser.execute_script(axe)
    found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
    assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_token_is_asked_for_and_a_wrong_one_said_to_be(browser, serve, classifier_run):
    with serve(classifier_run, options=["--token", "secret"]) as (_, url):
        looked_at(browser, f"{url}/")
        field = browser.find_element("id", "token")
        until(browser, field.is_displayed)
        field.send_keys("wrong\n")
        until(browser, lambda: "needs the token" in text_of(browser, "#problem"))
        field.clear()
        field.send_keys("secret\n")
        until(browser, lambda: text_of(browser, ".legend"))
        assert not field.is_displayed()
        assert not browser.find_element("id", "writing").is_displayed()
