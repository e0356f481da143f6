"""The site as a whole: it builds strictly, loads nothing from elsewhere, and refuses what is broken."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[2]
LOADED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=[\"']?(https?:|//)", re.IGNORECASE)
IN_CSS = re.compile(r"url\([\"']?(https?:|//)|@import")
PARTS = ("mkdocs.yml", "docs", "conf", "src", "scripts", "notebooks", "RESULTS.md", "CHANGELOG.md")

pytestmark = pytest.mark.long


def build(root: Path, site: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(site)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def copy(tmp_path):
    """A copy of what the site is made from, to break."""
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def test_no_page_loads_anything_from_elsewhere(site):
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert len(pages) > 80
    assert {path.name: LOADED.findall(text) for path, text in pages.items() if LOADED.search(text)} == {}
    styles = [path for path in site.rglob("*.css") if IN_CSS.search(path.read_text(encoding="utf-8"))]
    assert styles == []


def test_search_knows_settings_commands_and_words(site):
    index = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    for word in ("model.hidden_size", "rnnlab predict", "Vanishing gradient", "padding_mask"):
        assert word in index, word


def test_search_answers_from_a_folder(site, browser):
    browser.get(f"file://{site}/index.html")
    waited = WebDriverWait(browser, 60)
    waited.until(lambda page: page.execute_script("return document.querySelector('iframe') !== null"))
    browser.execute_script("document.querySelector('label[for=__search]').click()")
    box = browser.find_element("css selector", "input.md-search__input")
    browser.execute_script("arguments[0].focus()", box)
    box.send_keys("zoneout")
    found = waited.until(lambda page: page.find_elements("css selector", ".md-search-result__item"))
    assert len(found) >= 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[gone](nowhere.md)", "nowhere.md"),
        ("[gone](data.md#no-such-heading)", "no-such-heading"),
        ("[gone](../src/nothing.py)", "nothing.py"),
    ],
)
def test_a_broken_link_ends_the_build(copy, line, said):
    page = copy / "docs" / "text.md"
    page.write_text(page.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = build(copy, copy / "site")
    assert done.returncode != 0
    assert said in done.stderr
