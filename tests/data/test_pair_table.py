"""Pairs of texts from tables and from parallel files, and what is said of files that are wrong."""

import gzip
import json

import pytest

from rnnlab.data.file_format import Asked, Format
from rnnlab.data.pair_settings import SETTINGS, PairSpec
from rnnlab.data.pair_table import read_pairs
from rnnlab.errors import SettingError

PAIRS = [("a dog", "ein Hund"), ("two, cats", 'zwei "Katzen"'), ("", "nichts")]


def csv_of(pairs, mark=","):
    quoted = ['"' + cell.replace('"', '""') + '"' for pair in pairs for cell in pair]
    return "".join(f"{a}{mark}{b}\n" for a, b in zip(quoted[::2], quoted[1::2], strict=True))


def parquet_of(path, columns):
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), path)


def written(folder, name):
    """Write the pairs in a format, by the file's name."""
    path = folder / name
    ending = name.removesuffix(".gz").rpartition(".")[2]
    if ending == "parquet":
        parquet_of(path, {"target": [b for _, b in PAIRS], "source": [a for a, _ in PAIRS]})
        return path
    text = {
        "csv": "source,target\n" + csv_of(PAIRS),
        "tsv": "source\ttarget\n" + "".join(f"{a}\t{b}\n" for a, b in PAIRS),
        "jsonl": "".join(json.dumps({"target": b, "id": 3, "source": a}) + "\n" for a, b in PAIRS),
    }[ending]
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize(
    "name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.csv.gz", "a.tsv.gz", "a.jsonl.gz"]
)
def test_every_format_gives_the_same_pairs(tmp_path, name):
    table = read_pairs([written(tmp_path, name)], PairSpec())
    assert list(zip(table.sources, table.targets, strict=True)) == PAIRS
    assert table.rows == [1, 2, 3]
    assert table.groups is None


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_lines_of_two_files_are_pairs(tmp_path, ending):
    files = [tmp_path / f"train.{language}{ending}" for language in ("en", "de")]
    for path, side in zip(files, zip(*PAIRS, strict=True), strict=True):
        text = "\n".join(side) + "\n"
        path.write_bytes(gzip.compress(text.encode()) if ending else text.encode())
    table = read_pairs(files, PairSpec())
    assert list(zip(table.sources, table.targets, strict=True)) == PAIRS


def test_a_table_of_two_columns_may_do_without_a_heading(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("ab\ta b\ncd\tk d\n")
    table = read_pairs([path], PairSpec())
    assert (table.sources, table.targets) == (["ab", "cd"], ["a b", "k d"])
    assert table.notes == (
        "words.tsv has no heading of source and target: its first line is read as a pair "
        "(data.source_column=NAME and data.target_column=NAME name other columns)",
    )
    numbered = read_pairs([path], PairSpec("2", "1"))
    assert (numbered.sources, numbered.notes) == (["a b", "k d"], ())


def test_columns_are_named_or_numbered_with_a_group(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,en,de\n7,a dog,ein Hund\n8,a cat,eine Katze\n")
    table = read_pairs([path], PairSpec("en", "de", "id"))
    assert (table.sources, table.targets, table.groups) == (
        ["a dog", "a cat"],
        ["ein Hund", "eine Katze"],
        ["7", "8"],
    )
    bare = tmp_path / "b.csv"
    bare.write_text("7,a dog,ein Hund\n")
    assert read_pairs([bare], PairSpec("2", "3", "1")).groups == ["7"]


def test_a_heading_with_another_name_is_an_error_with_the_nearest(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("source\ttraget\na\tb\n")
    with pytest.raises(SettingError) as error:
        read_pairs([path], PairSpec())
    assert str(error.value).startswith(
        f"data.target_column=target: no such column in {path}\ndid you mean tr"
    )
    with pytest.raises(SettingError, match=r"^data.target_language=xx: no such column"):
        read_pairs([path], PairSpec("source", "xx", settings=("source_language", "target_language")))


def test_numbers_and_names_are_not_mixed():
    with pytest.raises(SettingError, match=r"^data.source_column=1,de: must be numbers, .* or names, all of"):
        PairSpec("1", "de")


def test_parallel_files_of_other_lengths_name_both_counts(tmp_path):
    (tmp_path / "a.en").write_text("one\ntwo\nthree\n")
    (tmp_path / "a.de").write_text("eins\nzwei\n")
    with pytest.raises(SettingError, match=r"need as many lines: a.en has 3, a.de has 2$"):
        read_pairs([tmp_path / "a.en", tmp_path / "a.de"], PairSpec())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.tsv",
            "source\ttarget\na\tb\nc\n",
            r"row 2 \(line 3\) has 1 cell and the heading 2; data.on_error=",
        ),
        ("a.tsv", "a\tb\nc\n", r"row 2 \(line 2\) has 1 cell and the first row 2; data.on_error=skip"),
        ("a.jsonl", '{"source": "a", "target": null}', r"row 1 \(line 1\) has no target; data.on_error=skip"),
        ("a.tsv", "", "the file is empty$"),
        ("a.csv", "source,target\n", "the file has no rows$"),
        (
            "a.tsv",
            b"source\ttarget\na\xff\tb\n",
            "has a source that is not UTF-8: data.encoding=cp1252 may read",
        ),
    ],
)
def test_wrong_files_are_errors_of_one_line(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingError, match=message) as error:
        read_pairs([path], PairSpec())
    assert "\n" not in str(error.value)


def test_rows_that_are_wrong_can_be_left_out(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("source\ttarget\na\tb\nc\nd\te\n")
    table = read_pairs([path], PairSpec(on_error="skip"))
    assert (table.sources, table.rows, len(table.broken)) == (["a", "d"], [1, 3], 1)
    assert table.notes == (
        "1 row of a.tsv left out (data.on_error=skip); the first is row 2 (line 3), which has 1 cell and the "
        "heading 2",
    )


def test_a_command_names_its_own_options(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("source\ttarget\na\n")
    with pytest.raises(SettingError, match=r"^--path=.*; --on-error skip leaves such rows out$"):
        read_pairs([path], PairSpec(), Asked("--path", "--", SETTINGS))


def test_parallel_files_have_no_group_and_are_no_tables(tmp_path):
    (tmp_path / "a.en").write_text("one\n")
    (tmp_path / "a.tsv").write_text("eins\n")
    with pytest.raises(
        SettingError, match=r"a.tsv: is a table, and of two parallel files each holds one text"
    ):
        read_pairs([tmp_path / "a.en", tmp_path / "a.tsv"], PairSpec())
    with pytest.raises(
        SettingError, match=r"^data.group_column=id: is a column of a table, and two parallel"
    ):
        read_pairs([tmp_path / "a.en", tmp_path / "a.en"], PairSpec(group_column="id"))


def test_a_line_of_200_000_characters_is_read_and_a_limit_is_said(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("source\ttarget\n" + "x" * 200_000 + "\ty\n")
    assert len(read_pairs([path], PairSpec()).sources[0]) == 200_000
    with pytest.raises(SettingError, match=r"row 1 \(line 2\) has more than 1,000 characters"):
        read_pairs([path], PairSpec(form=Format(max_row=1000)))


def test_a_text_file_by_itself_is_refused_with_what_to_type(tmp_path):
    (tmp_path / "a.en").write_text("one\n")
    with pytest.raises(SettingError) as error:
        read_pairs([tmp_path / "a.en"], PairSpec())
    assert str(error.value).split("\n") == [
        f"data.files={tmp_path / 'a.en'}: unknown file ending; two parallel text files are "
        "data.files.train=[SOURCE_FILE,TARGET_FILE]",
        "there are: .csv, .jsonl, .ndjson, .parquet, .tsv",
    ]


@pytest.mark.parametrize(
    ("setting", "value", "rule"),
    [
        ("long_sources", "keep", "must be one of drop, cut"),
        ("max_ratio", 0.5, "must be a number >= 1 and <= 1000000 or null"),
        ("max_target_length", 0, "must be a whole number >= 1"),
        ("max_length", 0, "must be a whole number >= 1"),
        ("on_error", "go", "must say what a broken row does"),
    ],
)
def test_values_out_of_range_are_refused(setting, value, rule):
    with pytest.raises(SettingError, match=f"^data.{setting}={value}: {rule}"):
        PairSpec(**{setting: value})
