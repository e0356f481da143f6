"""Make all pictures of README.md and docs/ from two finished runs, a classifier and a language model.

    python train.py task=tweets model=bigru
    python train.py experiment=shakespeare_lstm
    rnnlab judge shakespeare/lstm
    python scripts/screenshots.py tweets/bigru shakespeare/lstm       # or some: --only report,rating

Needs selenium (extra `dev`) and Debian's chromium and chromium-driver.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "pictures"))

from chromium import headless, opened, photographed, scrolled, until
from services import served
from windows import COLOURS, side_by_side

from rnnlab.errors import UserError
from rnnlab.run.folder.find import find_run

DOCS = Path(__file__).parents[1] / "docs"
STAMP = re.compile(r"^\[[^]]*\] \S+ [\w.]+: ")  # of train.log's lines
COLUMNS, LINES = 100, 44
REPORT = (1180, 1340)  # the browser's window over the report
FRONT = (1600, 860)
TEXT = "Waited two hours and the room was still dirty, worst hotel ever. The view was lovely though"

Pictures = Iterator[tuple[str, bytes]]  # name under docs/, PNG


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("classifier", help="a finished run, as rnnlab's commands name one")
    parser.add_argument("writer", help="the run of a language model")
    parser.add_argument("--only", help=f"some of {','.join(MAKERS)}", default=",".join(MAKERS))
    parser.add_argument("--to", type=Path, default=DOCS, help="folder of the pictures")
    arguments = parser.parse_args()
    try:
        runs = [find_run(name).path.resolve() for name in (arguments.classifier, arguments.writer)]
    except UserError as error:
        sys.exit(f"error: {error}")
    chosen = arguments.only.split(",")
    if unknown := set(chosen) - set(MAKERS):
        sys.exit(f"error: --only: {', '.join(sorted(unknown))} is none of {', '.join(MAKERS)}")
    browser = headless()
    try:
        for name in chosen:
            for file, picture in MAKERS[name](browser, *runs):
                path = arguments.to / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(picture)
                print(f"written: {path}", flush=True)
    finally:
        browser.quit()


def front(browser: Any, classifier: Path, writer: Path) -> Pictures:
    """Yield the terminal and the report side by side, light and dark."""
    for scheme in COLOURS:
        opened(browser, (classifier / "report.html").as_uri(), REPORT, scheme)
        windows: list[bytes | str] = [terminal_text(classifier), photographed(browser)]
        yield f"images/front_{scheme}.png", side_by_side(browser, windows, scheme, FRONT)


def report(browser: Any, classifier: Path, writer: Path) -> Pictures:
    """Yield the top of the report in light beside its charts of errors in dark."""
    halves: list[bytes | str] = []
    for scheme, part in (("light", "body"), ("dark", "#charts")):
        opened(browser, (classifier / "report.html").as_uri(), REPORT, scheme)
        scrolled(browser, part)
        halves.append(photographed(browser))
    yield "report.png", side_by_side(browser, halves, "light", FRONT)


def judge(browser: Any, classifier: Path, writer: Path) -> Pictures:
    """Yield the charts of the quality board, which `rnnlab judge` has written."""
    page = writer / "judge" / "board.html"
    if not page.is_file():
        sys.exit(f"error: there is no {page}: first run rnnlab judge {writer}")
    opened(browser, page.as_uri(), (1180, 980), "light")
    scrolled(browser, "#temperature")
    yield "judge.png", photographed(browser)


def rating(browser: Any, classifier: Path, writer: Path) -> Pictures:
    """Yield the page on which people compare two passages."""
    with tempfile.TemporaryDirectory() as folder:
        results = str(Path(folder, "rating.jsonl"))
        options = ("--rater", "Ada", "--count", "9", "--length", "320", "--results", results)
        with served("rate", str(writer), *options) as address:
            opened(browser, address, (1100, 620), "light")
            until(browser, lambda: browser.find_element("id", "left").text)
            yield "rating.png", photographed(browser)


def serve(browser: Any, classifier: Path, writer: Path) -> Pictures:
    """Yield the service's page with a prediction, its reasons and a written text, light and dark."""
    with served("serve", str(classifier), str(writer)) as address:
        for scheme in COLOURS:
            opened(browser, address, (920, 1240), scheme)
            until(browser, lambda: shown(browser, ".legend"))
            box = browser.find_element("id", "text")
            box.clear()
            box.send_keys(TEXT)
            until(browser, lambda: "dirty" in shown(browser, ".words"))
            browser.find_element("id", "write").click()
            until(browser, lambda: "a second" in shown(browser, "#pace"))
            browser.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
            yield f"serve_{scheme}.png", photographed(browser)


MAKERS: dict[str, Callable[[Any, Path, Path], Pictures]] = {
    "front": front,
    "report": report,
    "judge": judge,
    "rating": rating,
    "serve": serve,
}


def shown(browser: Any, selector: str) -> str:
    """Return the text of an element."""
    text: str = browser.find_element("css selector", selector).text
    return text


def terminal_text(folder: Path) -> str:
    """Return the command and the last lines that the training printed, cut at the window's edge.

    Lines that name an absolute path (the cache's) are left out: they are of one machine.
    """
    lines = [STAMP.sub("", line) for line in (folder / "train.log").read_text(encoding="utf-8").splitlines()]
    kept = [line for line in lines if " /" not in line]
    overrides = (folder / "overrides.yaml").read_text(encoding="utf-8").splitlines()
    typed = " ".join(line.removeprefix("- ") for line in overrides)
    return "\n".join(line[:COLUMNS] for line in [f"$ python train.py {typed}", *kept[-LINES:]])


if __name__ == "__main__":
    main()
