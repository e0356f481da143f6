"""The board in a real browser: 500 runs at once, live changes, filters, keys, widths, light and dark."""

import shutil
import threading
import time
from urllib.parse import unquote

import pytest

from rnnlab.run.folder.lock import FolderLock
from rnnlab.serve.board.app import Board
from rnnlab.serve.board.saved import save_board
from rnnlab.serve.board.server import BoardServer
from rnnlab.serve.service.bind import bind

from .conftest import metrics_of, write_run, write_runs

SECONDS = 30
MANY = 500
BUSY = 10.0  # seconds until 500 runs are there on a busy machine; a quiet one takes half of one
pytestmark = pytest.mark.slow


def until(holds):
    """Wait for what holds, and return it."""
    ends = time.monotonic() + SECONDS
    while True:
        found = holds()
        if found or time.monotonic() > ends:
            assert found
            return found
        time.sleep(0.02)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_runs(tmp_path_factory.mktemp("board") / "outputs", 24)


@pytest.fixture(scope="module")
def serving():
    """serving(folder) -> the address of a board, in a thread of this process."""
    started = []

    def serve(root):
        server = BoardServer(Board(root), bind("127.0.0.1", 0))
        server.board.index.pause = 0
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        started.append((server, thread))
        return server.url

    yield serve
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.board.reader.stop()
        server.server_close()


@pytest.fixture(scope="module")
def url(serving, folder):
    return serving(folder)


def looked_at(browser, url, dark=False, width=1280):
    look = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": look})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get("about:blank")  # an address that differs behind # alone would not load anew
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(url)
    until(lambda: "reading" not in text_of(browser, "#counts"))


def text_of(browser, selector):
    return browser.find_element("css selector", selector).text


def run_script(browser, script, *arguments):
    return browser.execute_script(script, *arguments)


def names(browser):
    return run_script(
        browser, "return [...document.querySelectorAll('#table tbody th')].map(c => c.textContent)"
    )


def column(browser, key):
    script = """
        const heads = [...document.querySelectorAll('#table thead th')].map((one) => one.textContent);
        const place = heads.indexOf(arguments[0]);
        return [...document.querySelectorAll('#table tbody tr')].map((row) => row.cells[place].textContent);
    """
    return run_script(browser, script, key)


def typed(browser, query):
    script = """
        const box = document.getElementById("query");
        box.value = arguments[0];
        box.dispatchEvent(new Event("input", {bubbles: true}));
    """
    run_script(browser, script, query)
    until(lambda: run_script(browser, "return board.state.query") == query)


def clicked(browser, selector):
    """Click by script: the page scrolls smoothly, and a pointer may miss what moves."""
    script = "const found = document.querySelector(arguments[0]); found.focus(); found.click()"
    run_script(browser, script, selector)


def pressed(browser, *keys):
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def test_five_hundred_runs_open_in_a_second_and_follow(browser, serving, tmp_path):
    root = write_runs(tmp_path / "outputs", MANY)
    begun = time.monotonic()
    url = serving(root)
    browser.get(url)
    rows = run_script(browser, "return document.querySelectorAll('#table tbody tr').length")
    opened = time.monotonic() - begun
    paints = run_script(browser, "return performance.getEntriesByType('paint').map((one) => one.startTime)")
    assert rows == 200
    assert text_of(browser, "#counts").startswith("500 runs: 500 finished")
    assert opened < BUSY  # scripts/benchmark_board.py measures
    assert paints == [] or min(paints) < 1000 * BUSY
    clicked(browser, "#more")
    until(lambda: run_script(browser, "return document.querySelectorAll('#table tbody tr').length") == MANY)
    write_run(root / "tweets" / "new", 1, status="failed", error="no memory")
    until(lambda: "501 runs" in text_of(browser, "#counts"))
    until(lambda: run_script(browser, "return board.state.unread") == 0)


def test_nothing_in_the_console_and_nothing_asked_of_others(browser, asked_urls, url):
    looked_at(browser, url)
    until(lambda: browser.find_elements("css selector", "#curve-charts svg"))
    assert [one["message"] for one in browser.get_log("browser")] == []
    asked = [one for one in asked_urls() if not one.startswith(("data:", "about:"))]
    assert all(one.startswith(url) for one in asked)
    assert any("/api/curves" in one for one in asked)


def test_a_training_appears_grows_and_ends(browser, serving, tmp_path):
    root = write_runs(tmp_path / "outputs", 3)
    looked_at(browser, serving(root))
    lock = FolderLock()
    new = write_run(root / "tweets" / "gru" / "live", 100, status="running", metrics={})
    lock.acquire(new, "in use")
    try:
        until(lambda: "tweets/gru/live" in names(browser))
        until(lambda: "epoch 3, step 30" in text_of(browser, "#table"))
        clicked(browser, "[data-focus='select tweets/gru/live']")
        (new / "metrics.csv").write_text(metrics_of(0.9, 60))
        until(lambda: "epoch 6, step 60" in text_of(browser, "#table"))
        until(lambda: "60" in text_of(browser, "#curve-charts"))
        focused = run_script(browser, "return document.activeElement.dataset.focus")
        assert focused == "select tweets/gru/live"  # although its row was drawn again
    finally:
        lock.release()
    until(lambda: "killed" in text_of(browser, "#table"))
    write_run(new, 100)
    until(lambda: "killed" not in text_of(browser, "#table"))
    shutil.rmtree(new)
    until(lambda: "tweets/gru/live" not in names(browser))


def test_a_server_that_ends_is_said_and_found_again(browser, folder, listening):
    with listening("board", folder, "--port", "0") as (process, url):
        looked_at(browser, url)
        process.kill()
        until(lambda: text_of(browser, "#live") == "not live")
        assert "does not answer" in text_of(browser, "#problem")
        assert len(names(browser)) == 24
    with listening("board", folder, "--port", url.rpartition(":")[2]):
        until(lambda: text_of(browser, "#live") == "live")
        assert not browser.find_element("id", "problem").is_displayed()


FILTERS = {
    "search": 8,
    "-search": 16,
    "model=gru": 8,
    "model=gru,lstm": 16,
    "model!=gru": 16,
    "model.hidden_size>=32": 12,
    "hidden_size=8 seed=1": 3,
    "model.dropout=0.1": 24,
    "test/accuracy>2": 0,
    "lr<1e-2 lr>=0.003": 10,
    '"lstm" status=finished': 16,
    "": 24,
}
SAID = {
    "lr>0.001": "lr is optimizer.lr",
    "accuracy>0.7": "accuracy is test/accuracy",
    "nothing=1": "nothing: no run has this setting or metric",
    "seed>x": "seed>x: > needs a number",
}


def test_filters_and_how_they_were_read(browser, url):
    looked_at(browser, url)
    for query, count in FILTERS.items():
        typed(browser, query)
        assert (query, len(names(browser))) == (query, count)
    for query, said in SAID.items():
        typed(browser, query)
        assert text_of(browser, "#query-said") == said


def test_the_table_is_sorted_by_a_column(browser, url):
    looked_at(browser, url)
    for _ in range(2):
        clicked(browser, "[data-focus='sort test/accuracy']")
        found = [float(one) for one in column(browser, "test/accuracy")]
        assert found in (sorted(found), sorted(found, reverse=True))
    assert found == sorted(found)
    assert run_script(browser, "return document.activeElement.dataset.focus") == "sort test/accuracy"


def test_seeds_become_one_row_with_an_interval(browser, serving, tmp_path):
    root = tmp_path / "outputs"
    for seed, accuracy in enumerate((0.7, 0.8, 0.9)):
        write_run(root / f"run{seed}", 0, seed=seed, metrics={"val/accuracy": accuracy})
    looked_at(browser, serving(root))
    clicked(browser, "#grouped")
    assert names(browser) == ["3 seeds of tweets gru"]
    assert column(browser, "val/accuracy") == ["0.8000 ± 0.2484"]  # 4.303 x 0.1 / sqrt(3)


def test_selected_runs_are_compared(browser, url):
    looked_at(browser, url)
    for name in names(browser)[:2]:
        clicked(browser, f"[data-focus='select {name}']")
    until(lambda: len(browser.find_elements("css selector", "#compared table")) == 2)
    shown = text_of(browser, "#compared")
    assert "model.hidden_size" in shown or "optimizer.lr" in shown
    assert "test/accuracy" in shown
    assert "model.dropout" not in shown
    until(lambda: len(browser.find_elements("css selector", "#curve-charts path.line")) == 6)
    link = run_script(browser, "return document.querySelector('#compared a').href")  # drawn anew at any time
    assert link.startswith(f"{url}/compare?run=")
    kept = unquote(browser.current_url)
    looked_at(browser, browser.current_url)  # the choice stands in the address
    assert unquote(browser.current_url) == kept
    assert text_of(browser, "#selected") == "2 selected"


def test_a_run_opens_its_report(browser, url):
    looked_at(browser, url)
    link = browser.find_element("css selector", "#table tbody th a")
    browser.get(link.get_attribute("href"))
    assert browser.find_element("css selector", "h1").text.startswith("tweets with ")


def test_a_choice_on_an_axis_filters(browser, url):
    looked_at(browser, url)
    until(lambda: browser.find_elements("css selector", "#parallel polyline"))
    assert len(browser.find_elements("css selector", "#parallel polyline")) == 24
    choice = next(
        one for one in browser.find_elements("css selector", "#parallel .choose") if one.text == "lstm"
    )
    run_script(browser, "arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", choice)
    assert run_script(browser, "return board.state.query") == "model=lstm"
    assert set(column(browser, "status")) == {"finished"}
    assert len(names(browser)) == 8


def test_a_drag_along_an_axis_filters(browser, url):
    from selenium.webdriver.common.action_chains import ActionChains

    looked_at(browser, url)
    zone = until(lambda: browser.find_elements("css selector", "#parallel .zone"))[-1]
    run_script(browser, "arguments[0].scrollIntoView({block: 'center'})", zone)
    ActionChains(browser).move_to_element(zone).click_and_hold().move_by_offset(0, -60).release().perform()
    query = until(lambda: run_script(browser, "return board.state.query"))
    assert "val/accuracy>=" in query
    assert "val/accuracy<=" in query
    assert 0 < len(names(browser)) < 24


def test_the_keyboard_reaches_everything(browser, url):
    from selenium.webdriver.common.keys import Keys

    looked_at(browser, url)
    until(lambda: browser.find_elements("css selector", "#curve-charts svg"))
    typed(browser, "search")
    until(lambda: len(names(browser)) == 8)
    run_script(browser, "document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    time.sleep(0.1)
    wanted = run_script(
        browser,
        """return [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
        .filter((one) => one.checkVisibility() && !one.disabled).length""",
    )
    run_script(browser, "document.activeElement.blur(); window.seen = new Set(); document.body.focus()")
    for _ in range(wanted + 5):
        pressed(browser, Keys.TAB)
        run_script(browser, "if (document.activeElement !== document.body) seen.add(document.activeElement)")
    assert run_script(browser, "return seen.size") == wanted


def test_the_arrow_keys_show_values_and_enter_selects(browser, url):
    from selenium.webdriver.common.keys import Keys

    looked_at(browser, url)
    chart = until(lambda: browser.find_elements("css selector", "#curve-charts svg"))[0]
    run_script(browser, "arguments[0].focus()", chart)
    pressed(browser, Keys.ARROW_LEFT)
    assert text_of(browser, "#tip").startswith("step ")
    run_script(browser, "document.querySelector('#parallel svg').focus()")
    pressed(browser, Keys.ARROW_DOWN)
    best = text_of(browser, "#tip").splitlines()[0]
    pressed(browser, Keys.ENTER)
    assert text_of(browser, "#selected") == "1 selected"
    assert run_script(browser, "return [...board.state.selected].length") == 1
    assert best


def test_names_that_would_like_to_be_markup_are_text(browser, serving, tmp_path):
    evil = "<img src=x onerror=document.title=1>"
    more = {"task": evil, "overrides": [f"{evil}={evil}"], "metrics": {f"val/{evil}": 1.0}}
    for place in range(2):
        write_run(tmp_path / "outputs" / f"{evil}{place}", place, status="failed", error=evil, **more)
    looked_at(browser, serving(tmp_path / "outputs"))
    until(lambda: browser.find_elements("css selector", "#curve-charts svg"))
    clicked(browser, "#table thead input")
    assert names(browser)[0].startswith(evil)
    assert browser.find_elements("css selector", "img") == []
    assert browser.title == "outputs: rnnlab board"
    assert [one["message"] for one in browser.get_log("browser")] == []


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_nothing_is_wider_than_the_window(browser, url, width):
    looked_at(browser, url, width=width)
    until(lambda: browser.find_elements("css selector", "#curve-charts svg"))
    assert run_script(browser, "return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser, axe, url, dark):
    looked_at(browser, url, dark)
    until(lambda: browser.find_elements("css selector", "#curve-charts svg"))
    for name in names(browser)[:2]:
        clicked(browser, f"[data-focus='select {name}']")
    run_script(browser, "document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    run_script(browser, axe)
    found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_a_saved_board_needs_no_server(browser, asked_urls, folder, tmp_path):
    path = tmp_path / "board.html"
    save_board(folder, path)
    looked_at(browser, path.as_uri())
    assert text_of(browser, "#live") == "saved"
    assert len(browser.find_elements("css selector", "#curve-charts svg")) == 3
    assert len(browser.find_elements("css selector", "#parallel polyline")) == 24
    assert [one["message"] for one in browser.get_log("browser")] == []
    assert [one for one in asked_urls() if not one.startswith(("file:", "data:", "about:"))] == []
