"""Links that leave docs/, as pages of the site have them."""

from __future__ import annotations

import pytest
from links import copies, replaced, rewritten, site_path


@pytest.fixture
def root(tmp_path):
    for name in ("docs/data.md", "RESULTS.md", "conf/data/csv.yaml", "notebooks/learn/01_x.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("docs/data.md", "data.md"),
        ("RESULTS.md", "results.md"),
        ("notebooks/learn/01_x.ipynb", "notebooks/learn/01_x.md"),
        ("conf/data/csv.yaml", "files/conf/data/csv.yaml.txt"),
    ],
)
def test_each_file_of_the_repository_has_a_place_in_the_site(path, place):
    assert site_path(path) == place


@pytest.mark.parametrize(
    ("origin", "uri", "link", "becomes"),
    [
        ("docs/text.md", "text.md", "../RESULTS.md", "results.md"),
        ("docs/learn/01.md", "learn/01.md", "../../notebooks/learn/01_x.ipynb", "../notebooks/learn/01_x.md"),
        ("RESULTS.md", "results.md", "docs/data.md#labels", "data.md#labels"),
        ("docs/data.md", "data.md", "../conf/data/csv.yaml", "files/conf/data/csv.yaml.txt"),
        ("docs/text.md", "text.md", "data.md", "data.md"),
        ("docs/text.md", "text.md", "../missing.md", "../missing.md"),
        ("docs/text.md", "text.md", "https://a.org/b.md", "https://a.org/b.md"),
        ("docs/text.md", "text.md", "#here", "#here"),
    ],
)
def test_a_link_leads_to_the_page_of_the_site(root, origin, uri, link, becomes):
    assert rewritten(f"see [a `x`]({link}) there", origin, uri, root) == f"see [a `x`]({becomes}) there"


def test_code_is_left_alone():
    text = (
        "`[a](b.md)`\n\n```\n[a](b.md)\n```\n\n[a](b.md)\n\n    ```python\n    [a](b.md)\n    ```\n[c](b.md)"
    )
    assert replaced(text, lambda target: "X").count("X") == 2


def test_files_that_are_no_pages_are_copied(root):
    text = "[c](../conf/data/csv.yaml) [r](../RESULTS.md) [n](../nowhere.py)"
    assert list(copies(text, "docs/data.md", root)) == ["conf/data/csv.yaml"]
