"""Every page that rnnlab writes, in a real browser: axe, three widths, light and dark, the keyboard, paper.

A run of each kind of problem, trained for seconds, and one browser for all pages.
"""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from rnnlab.cli import main

from .kinds.anomaly.conftest import choices, csv_of
from .kinds.multi_label.test_end_to_end import write_topics
from .kinds.regression.test_end_to_end import write_reviews
from .kinds.tagging.conftest import conll, overrides, sentences
from .kinds.text_to_text.test_run import NUMBERS
from .test_forecasting import FORECAST, SALES, write_sales

pytestmark = pytest.mark.slow
ATLAS = Path(__file__).parents[1] / "docs" / "results" / "atlas.json"
WIDTHS = (360, 1024, 2560)
TINY = ["model.hidden_size=8", "model.embedding_size=8", "trainer.max_epochs=2", "optimizer.lr=0.02"]


def write_pairs(path):
    draw = random.Random(0)
    rows = [[draw.choice(list(NUMBERS)) for _ in range(draw.randint(1, 5))] for _ in range(200)]
    lines = [f"{' '.join(row)}\t{' '.join(NUMBERS[word] for word in row)}" for row in rows]
    path.write_text("\n".join(["source\ttarget", *lines]) + "\n", encoding="utf-8")


def write_data(folder):
    """A small file for each kind of problem."""
    write_reviews(folder / "reviews.csv")
    write_topics(folder / "topics.csv", 200)
    write_pairs(folder / "pairs.tsv")
    write_sales(folder / "sales.csv", 120)
    (folder / "machine.csv").write_text(csv_of(), encoding="utf-8")
    for number, (name, count) in enumerate({"train": 80, "validation": 20, "test": 30}.items()):
        (folder / f"{name}.conll").write_text(conll(sentences(count, number)), encoding="utf-8")


def kinds_of(folder):
    """Return the overrides of a training of each kind."""
    rows = ["data=csv", "model=gru", *TINY]
    file = "data.files.train='{}'"
    tagged = [
        "task=tagging",
        "model=bilstm",
        "characters=none",
        "head=crf",
        "data=tagged",
        *overrides(folder),
    ]
    return {
        "regression": [
            "task=regression",
            *rows,
            file.format(folder / "reviews.csv"),
            "data.label_column=stars",
        ],
        "multi_label": [
            *("task=multi_label", *rows, file.format(folder / "topics.csv"), "data.label_column=topics"),
            "data.label_separator=';'",
        ],
        "text_to_text": [
            "task=text_to_text",
            "tokenizer=word",
            "model=gru",
            *TINY,
            file.format(folder / "pairs.tsv"),
        ],
        "tagging": [*tagged, *TINY],
        "forecasting": [*FORECAST, *SALES, f"data.path='{folder / 'sales.csv'}'", *TINY[:1], *TINY[2:]],
        "anomaly": [*choices(folder / "machine.csv"), "report=true", "trainer.max_epochs=2"],
    }


@pytest.fixture(scope="module")
def pages(train_run, classifier_run, language_run, tmp_path_factory):
    """Return the path of each page by its name."""
    folder = tmp_path_factory.mktemp("pages")
    write_data(folder)
    found = {}
    for kind, chosen in kinds_of(folder).items():
        found[kind] = train_run(folder / kind, *chosen) / "report.html"
    own = folder / "own"
    shutil.copytree(classifier_run, own)
    (own / "explain").mkdir()
    text = "good film , not bad at all"
    assert (
        main(["explain", str(own), text, "--method", "all", "--html", str(own / "explain" / "why.html")]) == 0
    )
    assert main(["explain", str(own), text, "--class", "all", "--html", str(folder / "classes.html")]) == 0
    assert (
        main(["explain", str(language_run), "(())", "--method", "all", "--html", str(folder / "inside.html")])
        == 0
    )
    assert main(["report", str(own), "--output", str(folder / "classification.html")]) == 0
    assert main(["report", str(language_run), "--output", str(folder / "language.html")]) == 0
    both = [str(classifier_run), str(own), "--output", str(folder / "set.html")]
    assert main(["report", *both]) == 0
    assert main(["atlas", str(ATLAS), "--html", str(folder / "atlas.html")]) == 0
    for name in ("classification", "language", "set", "classes", "inside", "atlas"):
        found[name] = folder / f"{name}.html"
    return found | {"explained": own / "explain" / "why.html"}


def looked_at(browser, page, dark=False, width=1024):
    look = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": look})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(browser, axe, pages):
    faults = []
    for name, page in pages.items():
        for dark in (False, True):
            looked_at(browser, page, dark)
            browser.execute_script(axe)
            found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
            faults += [(name, dark, one["id"], one["nodes"][0]["html"][:100]) for one in found]
        for width in WIDTHS:
            looked_at(browser, page, width=width)
            if browser.execute_script("return document.documentElement.scrollWidth") > width:
                faults.append((name, width))
    assert faults == []


REACHED = """
const parts = [...document.querySelectorAll("svg[data-hover], .wide, summary, a[href], input, button")];
const shown = parts.filter((one) => one.checkVisibility());
return shown.filter((one) => one.tabIndex < 0).map((one) => one.outerHTML.slice(0, 100));
"""


def test_the_keyboard_reaches_everything(browser, pages):
    from selenium.webdriver.common.keys import Keys

    for name, page in pages.items():
        looked_at(browser, page)
        assert browser.execute_script(REACHED) == [], name
    looked_at(browser, pages["classification"])
    charts = browser.find_elements("css selector", "svg[tabindex]:not([data-hover])")
    browser.execute_script("arguments[0].focus()", charts[0])
    charts[0].send_keys(Keys.ARROW_RIGHT)
    tip = browser.find_element("id", "tip")
    assert tip.is_displayed()
    first = tip.text
    charts[0].send_keys(Keys.ARROW_RIGHT)
    assert first != tip.text
    charts[0].send_keys(Keys.ESCAPE)
    assert not tip.is_displayed()


PRINTED = """
document.querySelectorAll("details").forEach((one) => { one.open = false; });
dispatchEvent(new Event("beforeprint"));
const hidden = [...document.querySelectorAll("main *")].filter((one) =>
  one.childElementCount === 0 && one.textContent.trim() && !one.closest("nav, fieldset, #tip, option")
  && !one.checkVisibility());
const broad = [...document.querySelectorAll(".wide")];
const cut = broad.filter((one) => getComputedStyle(one).overflowX !== "visible");
return [hidden.map((one) => one.outerHTML.slice(0, 80)), cut.length];
"""


BROKEN_WORDS = """
const broken = [], range = document.createRange();
for (const head of document.querySelectorAll("thead th")) {
  const walker = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const word of walker.currentNode.data.matchAll(/[^\\s-]+/g)) {
    range.setStart(walker.currentNode, word.index);
    range.setEnd(walker.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word[0]);
  }
}
return broken;
"""


def test_paper_loses_nothing(browser, pages):
    for name, page in pages.items():
        looked_at(browser, page, width=794)  # A4 at 96 dots an inch
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        hidden, cut = browser.execute_script(PRINTED)
        assert (hidden, cut) == ([], 0), name
        assert browser.execute_script(BROKEN_WORDS) == [], name
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 794, name
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.long
def test_every_page_has_the_one_design(pages):
    styles = {
        re.search(r"<style>(.*?)</style>", page.read_text(encoding="utf-8"), re.DOTALL)[1]
        for page in pages.values()
    }
    assert len(styles) == 1
