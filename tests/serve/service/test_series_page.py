"""The page with runs of series, in a real browser: tables pasted and from files, charts, errors, phones."""

import numpy as np
import pytest

from .test_page import looked_at, text_of, until

pytestmark = pytest.mark.slow
HOURS = [str(one).replace("T", " ") for one in np.datetime64("2026-01-01T00:00") + np.arange(200) * 60]
WAVE = 5 + np.sin(np.arange(200) * np.pi / 12)


def table_of(name, values, times=HOURS, mark=","):
    return "\n".join(
        [f"time{mark}{name}", *(f"{time}{mark}{one:.3f}" for time, one in zip(times, values, strict=False))]
    )


@pytest.fixture(scope="module")
def series_address(listening, train_run, tmp_path_factory):
    """Of a service with a forecaster of one series and a detector of two columns."""
    folder = tmp_path_factory.mktemp("series")
    (folder / "load.csv").write_text(table_of("load", WAVE) + "\n")
    both = "\n".join(f"{time},{one:.3f},{2 * one:.3f}" for time, one in zip(HOURS, WAVE, strict=True))
    (folder / "machine.csv").write_text(f"time,heat,speed\n{both}\n")
    small = ["data=series", "model.hidden_size=4", "baselines=false", "report=false", "data.batch_size=8"]
    sizes = ["data.input_length=24", "data.horizon=6", "data.stride=8"]
    forecaster = train_run(
        folder / "forecaster",
        *(
            "task=forecast",
            "model=gru",
            f"data.path='{folder / 'load.csv'}'",
            "data.target=load",
            *small,
            *sizes,
        ),
    )
    own = ["data.target=[heat,speed]", "data.calendar=[]", "task.chunk=64"]
    detector = train_run(
        folder / "detector", "task=anomaly", f"data.path='{folder / 'machine.csv'}'", *small, *own
    )
    with listening("serve", forecaster, detector, "--port", "0", "--engine", "torch") as (_, url):
        yield url


@pytest.fixture
def page(browser, series_address):
    """page(dark, width): the page, and its two cards, the forecaster's first."""

    def opened(dark=False, width=1280):
        looked_at(browser, f"{series_address}/", dark, width)
        until(browser, lambda: len(browser.find_elements("css selector", "#questions article")) == 2)
        return browser.find_elements("css selector", "#questions article")

    return opened


def typed(browser, card, text):
    browser.execute_script(
        "arguments[0].value = arguments[1]", card.find_element("css selector", "textarea"), text
    )


def pressed(browser, card):
    """Press a card's button, wherever the page has scrolled to."""
    browser.execute_script("arguments[0].click()", card.find_element("css selector", "button"))


def ask(browser, card, shown=".drawn .wide, .verdict"):
    pressed(browser, card)
    until(browser, lambda: [one for one in card.find_elements("css selector", shown) if one.text])


def test_a_pasted_table_is_forecast_as_a_fan_and_a_table(browser, page):
    forecaster, _ = page()
    typed(browser, forecaster, table_of("load", WAVE[:60], mark=";"))
    ask(browser, forecaster)
    cells = [one.text for one in forecaster.find_elements("css selector", ".wide tbody tr:nth-child(1) td")]
    assert cells[0] == "2026-01-03 12:00"
    assert 3 < float(cells[1]) < 7
    assert len(forecaster.find_elements("css selector", ".wide tr")) == 7
    drawn = {
        kind: len(forecaster.find_elements("css selector", f"svg .{kind}")) for kind in ("s1", "main", "now")
    }
    assert drawn == {"s1": 1, "main": 1, "now": 1}
    assert forecaster.find_elements("css selector", "svg .area")
    label = forecaster.find_element("css selector", "svg").get_attribute("aria-label")
    assert label == "load: 6 values from 2026-01-03 12:00 to 2026-01-03 17:00"


def test_the_example_can_be_asked_at_once_and_fewer_steps(browser, page):
    forecaster, detector = page()
    steps = forecaster.find_element("css selector", ".ahead input")
    steps.clear()
    steps.send_keys("2")
    ask(browser, forecaster)
    assert len(forecaster.find_elements("css selector", ".wide tr")) == 3
    ask(browser, detector)
    assert "in 60 points" in text_of(browser, ".verdict")


def test_scores_and_alarms_are_drawn_from_a_file(browser, page, tmp_path):
    _, detector = page()
    values = np.stack([WAVE[:100], 2 * WAVE[:100]], axis=1)
    values[80:84, 1] += 40
    lines = [f"{time}\t{a:.3f}\t{b:.3f}" for time, (a, b) in zip(HOURS, values, strict=False)]
    (tmp_path / "new.tsv").write_text("\n".join(["time\theat\tspeed", *lines]))
    detector.find_element("css selector", "input[type=file]").send_keys(str(tmp_path / "new.tsv"))
    until(browser, lambda: "\t" in detector.find_element("css selector", "textarea").get_property("value"))
    ask(browser, detector)
    shown = detector.find_element("css selector", ".drawn select")
    assert shown.get_property("value") == "1"  # speed is blamed
    assert len(detector.find_elements("css selector", "svg")) == 2
    first = detector.find_element("css selector", ".wide tbody tr").text
    assert first.startswith("2026-01-04 ")
    assert first.endswith("speed")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time,power,heat\n2026-01-01,1,2\n", "The table has no column load: there are time, power, heat."),
        ("time,load\n2026-01-01 00:00,high\n", "Row 1: load is high, which is no number."),
        ("time,load\n2026-01-01 00:00\n", "Row 1 has 1 cells, and the first line 2."),
        (
            "time,load\n2026-01-01 00:00,1\n2026-01-01 00:30,1\n",
            "is not on the grid of the model's frequency",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_words(browser, page, text, said):
    forecaster, _ = page()
    typed(browser, forecaster, text)
    pressed(browser, forecaster)
    until(browser, lambda: said in text_of(browser, "#problem"))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_phones_and_axe_finds_nothing(browser, page, axe, dark, width):
    for card in page(dark, width):
        ask(browser, card)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_script(axe)
    found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:80]) for one in found] == []
