"""What parts cells and whether quotes are quotes: as set, or as the file shows."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from rnnlab.data.dialect import Dialect, dialect_of
from rnnlab.data.file_format import Asked, Format


def dialect(path: Path, content: str, **form: str) -> tuple[Dialect, list[str]]:
    path.write_bytes(content.encode())
    notes: list[str] = []
    return dialect_of(path, "utf-8-sig", ("text", "label"), Format(**form), Asked(), notes), notes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "delimiter", "note"),
    [
        ("text,label", ",", ""),
        ("text;label", ";", "the cells of a.csv are parted by ';' (data.delimiter=semicolon)"),
        ("text\tlabel", "\t", "the cells of a.csv are parted by '\\t' (data.delimiter=tab)"),
        ("text|label|n", "|", "the cells of a.csv are parted by '|' (data.delimiter=pipe)"),
        ('"text";"label"', ";", "the cells of a.csv are parted by ';' (data.delimiter=semicolon)"),
        ("text;more,label", ",", ""),  # the columns decide, not the number of marks
        ("a;b,c", ",", ""),
        ("review;stars", ";", "the cells of a.csv are parted by ';' (data.delimiter=semicolon)"),
        ("words", ",", ""),
    ],
)
def test_the_heading_shows_what_parts_the_cells(
    tmp_path: Path, heading: str, delimiter: str, note: str
) -> None:
    found, notes = dialect(tmp_path / "a.csv", heading + "\na;b,c\n")
    assert found.delimiter == delimiter
    assert notes[:1] == ([note] if note else [])


def test_a_set_delimiter_is_taken_without_a_note(tmp_path: Path) -> None:
    for typed in ("semicolon", ";"):
        assert dialect(tmp_path / "a.csv", "text,label\n", delimiter=typed) == (Dialect(";", True), [])


def test_the_line_that_excel_puts_first_is_no_heading(tmp_path: Path) -> None:
    found, _ = dialect(tmp_path / "a.csv", "sep=;\r\ntext;label\r\na;b\r\n")
    assert found == Dialect(";", True, 1)


TWO_QUOTES = "text\tlabel\n" + '"never mind\tneg\n' + "good\tpos\n" * 25 + '"oh no\tneg\n' + "fine\tpos\n"
PARTED = "text\tlabel\n" + '"never mind\tneg\n' + "good\tpos\n" * 3 + 'oh "\tneg\n'
WELL = 'text\tlabel\n"a ""b"" c"\tpos\n"two\nlines"\tneg\nplain\tpos\n'


@pytest.mark.parametrize(
    ("content", "quoted", "found"),
    [
        ("text\tlabel\na\tb\n", True, False),
        (WELL, True, True),
        ('text\tlabel\n"with\ttab"\tpos\n', True, True),
        (TWO_QUOTES, False, True),
        (PARTED, False, True),
        ('text\tlabel\nsay "hi"\tpos\n', False, True),
        ('text\tlabel\n"hi" he said\tpos\n', False, True),
        ('text\tlabel\n"a\tpos\nb"\tneg\n', False, True),  # each line is a row of its own
        ('text\tlabel\n"never closed\tpos\n', False, True),
    ],
)
def test_quotes_in_a_file_of_tabs_are_quotes_only_where_they_are_those_of_a_writer(
    tmp_path: Path, content: str, quoted: bool, found: bool
) -> None:
    told, notes = dialect(tmp_path / "a.tsv", content)
    assert told.quoted is quoted
    assert len(notes) == found
    if found:
        meaning = (
            "hold cells together (data.quoting=quotes)"
            if quoted
            else "are characters of the text (data.quoting=none)"
        )
        assert notes == [f"the quotes in a.tsv {meaning}"]
    assert dialect(tmp_path / "a.tsv", content, quoting="quotes")[0].quoted
    assert not dialect(tmp_path / "a.tsv", content, quoting="none")[0].quoted


def test_a_quote_that_is_never_closed_takes_no_time_to_find(tmp_path: Path) -> None:
    text = "some words that fill a line\tneg\n"
    content = f'text\tlabel\na 5" disk\tpos\n{text * 50_000}'
    start = process_time()
    told, _ = dialect(tmp_path / "a.tsv", content)
    assert not told.quoted
    assert process_time() - start < 5  # counting the quotes of all lines again at each took 30 s
