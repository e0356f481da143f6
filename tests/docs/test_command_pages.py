"""Pages of commands, made from their parsers."""

from __future__ import annotations

from argparse import ArgumentParser

from command_pages import command_page, pages, undocumented
from markdown_parts import code, sentence, table

from rnnlab.cli import parsers


def parser() -> ArgumentParser:
    made = ArgumentParser(
        "rnnlab try", description="Shows a thing.", epilog="examples:\n  rnnlab try last\n\nMore a_b."
    )
    made.add_argument("run", metavar="RUN", help="a run's folder")
    made.add_argument("--top", metavar="N", type=int, help="rows | columns (default: 20)")
    made.add_argument("--form", choices=["a", "b"], default="a", help="of the %(prog)s")
    chosen = made.add_argument_group("what is shown")
    chosen.add_argument("--json", action="store_true", help="as JSON")
    return made


def test_a_page_has_arguments_options_by_group_and_examples():
    page = command_page("try", parser())
    assert page.startswith("# rnnlab try\n\nShows a thing.\n\n```text\nrnnlab try ")
    assert "| `RUN` | A run's folder. |" in page
    assert "| `--top N` | 20 | Rows \\| columns. |" in page
    assert "| `--form a\\|b` | `a` | Of the rnnlab try. |" in page
    assert (
        "## What is shown\n\n| Option | Default | Meaning |\n| --- | --- | --- |\n| `--json` |  | As JSON. |"
        in page
    )
    assert "## Examples\n\n```bash\nrnnlab try last\n```\n\nMore a\\_b." in page


def test_every_command_has_a_page_and_every_option_a_meaning():
    assert set(pages()) == {"reference/commands/index.md", *(f"reference/commands/{n}.md" for n in parsers())}
    assert undocumented() == []


def test_pieces_of_markdown():
    assert code("a`b") == "`` a`b ``"
    assert code("") == ""
    assert sentence("of a layer") == "Of a layer."
    assert sentence("SWA and more") == "SWA and more."
    assert table(["a", "b"], [["x|y", "two\nlines"]]) == "| a | b |\n| --- | --- |\n| x\\|y | two lines |"
