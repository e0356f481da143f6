"""JSON and YAML of strangers: what is fine is read, and what is not ends at once with one error."""

from __future__ import annotations

import os
import time
import zipfile

import numpy as np
import pytest

from rnnlab.untrusted import MOST_JSON, Unreadable, check_stored, parse_json, parse_yaml, read_json, read_yaml

SECONDS = 3  # on a busy machine; they take milliseconds
BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(f'*{before}' for _ in range(9))}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(autouse=True)
def at_once():
    start = time.monotonic()
    yield
    assert time.monotonic() - start < SECONDS


def test_yaml_is_read_as_our_files_have_it():
    text = "a: 1.0e-05\nb: [true, null, 'x']\nc: {d: 2020-01-01}\ne: '1e-3'\n"
    assert parse_yaml(text) == {"a": 1e-5, "b": [True, None, "x"], "c": {"d": "2020-01-01"}, "e": "1e-3"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, r"has the alias \*a"),
        ("a: &a [*a]", r"has the alias \*a"),
        ("[" * 50_000, "nested more than 64 deep"),
        ("[" * 50_000 + "]" * 50_000, "nested more than 64 deep"),
        ("{a: " * 50_000, "nested more than 64 deep"),
        ("- " * 50_000, "nested more than 64 deep"),
        ("? " * 50_000, "nested more than 64 deep"),
        ("a: " + "1:" * 200_000 + "1", "a number of 400,001 characters"),
        ("a: " + "1" * 200_000, "a number of 200,000 characters"),
        ("[" + "a," * 200_000 + "]", "more than 100,000 values"),
        ("a" * 5_000_000, "5,000,000 bytes"),
        ("a: !!python/object/apply:os.system [touch x]", "has the tag tag:yaml.org,2002:python/object"),
        ("a: !!python/name:os.system", "has the tag"),
        ("a: !!int '1:1'", "has the tag"),
        ("{[a]: b}", "unhashable"),
        ("a: [", "did not find|expected"),
        (b"a: \xff", "is no UTF-8"),
    ],
)
def test_a_yaml_that_is_none_of_ours_is_refused(text, message):
    with pytest.raises(Unreadable, match=message) as caught:
        parse_yaml(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 200_000, "nested more than 64 deep"),
        ("[" * 200_000 + "]" * 200_000, "nested more than 64 deep"),
        ('{"a":' * 200_000, "nested more than 64 deep"),
        ("[" * 70 + "]" * 70, "nested more than 64 deep"),
        ("[" + "[]," * 2_000_001 + "1]", "more than 2,000,000 lists"),
        ("9" * 100_000, "4300 digits"),
        ("{", "Expecting"),
        (b"\xff", "is no UTF-8"),
        (" " * (MOST_JSON + 1), "at most"),
    ],
    ids=range(9),
)
def test_a_json_that_is_none_of_ours_is_refused(text, message):
    with pytest.raises(Unreadable, match=message):
        parse_json(text)


def test_brackets_inside_texts_are_no_nesting():
    assert parse_json('["' + "[" * 1000 + '"]') == ["[" * 1000]


@pytest.mark.parametrize("read", [read_json, read_yaml])
def test_a_pipe_or_a_device_is_no_file(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(Unreadable, match="is no plain file"):
            read(tmp_path / name)
    with pytest.raises(OSError, match="is a folder"):
        read(tmp_path)


def test_an_archive_that_unfolds_is_refused(tmp_path):
    np.savez(tmp_path / "fine.npz", a=np.zeros(3))
    check_stored(tmp_path / "fine.npz")
    np.savez_compressed(tmp_path / "packed.npz", a=np.zeros(1_000_000))
    with pytest.raises(Unreadable, match="unfolds to more than its own size"):
        check_stored(tmp_path / "packed.npz")


def test_an_archive_whose_parts_lie_over_each_other_is_refused(tmp_path):
    path = tmp_path / "overlap.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"x" * 50_000)
        for name in ("b", "c"):
            twin = zipfile.ZipInfo(name)
            first = archive.filelist[0]
            twin.header_offset, twin.CRC = first.header_offset, first.CRC
            twin.compress_size = twin.file_size = first.file_size
            archive.filelist.append(twin)
    with pytest.raises(Unreadable, match="unfolds"):
        check_stored(path)
