"""Vector files that unpack, or claim, more than they hold: they end at limits, which are settings."""

from __future__ import annotations

import gzip
import resource
import time
import zipfile

import pytest

from rnnlab.embedding.files import VectorFile
from rnnlab.errors import SettingError

VOCABULARY = ["", "?", "good", "bad"]
FINE = b"good 1 2 3\nbad 3 2 1\n"
MEGABYTE = b"a" * (1 << 20)


@pytest.fixture(autouse=True)
def little_time_and_memory():
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - start < 60  # on a busy machine
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def refused(path, **settings) -> str:
    with pytest.raises(SettingError) as caught:
        VectorFile(path=str(path), **settings).read(VOCABULARY)
    return str(caught.value)


def test_a_line_without_an_end_is_refused_by_its_number(tmp_path):
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        file.write(FINE)
        file.truncate(1 << 30)  # a gigabyte of zeros, which takes no room on the disk
    said = f"embedding.path={path}: line 3 has more than embedding.longest_line=1048576 bytes"
    assert refused(path) == said


def test_the_longest_line_is_a_setting(tmp_path):
    path = tmp_path / "line.txt"
    path.write_bytes(FINE * 30 + b"word" * 11 + b" 1 2 3\n")
    assert VectorFile(path=str(path)).read(VOCABULARY).found.sum() == 2
    assert "line 61 has more than embedding.longest_line=48 bytes" in refused(path, longest_line=48)


@pytest.mark.parametrize("ending", ["gz", "zip"])
def test_a_file_that_unpacks_without_end_is_refused(tmp_path, ending):
    path = tmp_path / f"bomb.{ending}"
    line = (b"filler" * 200 + b" 1 2 3\n") * 850
    if ending == "gz":
        with gzip.open(path, "wb", compresslevel=9) as file:
            file.write(FINE)
            for _ in range(80):
                file.write(line)
    else:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("vectors.txt", "w") as inside,
        ):
            inside.write(FINE)
            for _ in range(80):
                inside.write(line)
    assert (
        refused(path)
        == f"embedding.path={path}: unpacks to more than embedding.most_unpacked=50 times its size"
    )
    assert VectorFile(path=str(path), most_unpacked=2000).read(VOCABULARY).found.sum() == 2


def test_a_small_file_may_be_packed_well(tmp_path):
    path = tmp_path / "small.gz"
    path.write_bytes(gzip.compress(FINE + b"filler 1 2 3\n" * 10_000))
    assert VectorFile(path=str(path)).read(VOCABULARY).found.sum() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1000000000000 3\n" + FINE, "ends after 2 vectors, but its first line says 1,000,000,000,000"),
        (
            b"2 1000000000\n" + FINE,
            "vectors have size 1,000,000,000: embedding.longest_line=1048576 lets them have",
        ),
        (b"2 1000000000\n" + b"good \x01\x02\x03" * 20, "have size 1,000,000,000"),
        (b"1000000000000 3\ngood \x01\x02\x03\x04" + b"\x01" * 8 + b"\n", "damaged at vector 2"),
        (b"9" * 6000 + b" 3\n" + FINE, "has 1 numbers instead of 3"),
        (MEGABYTE, "is no vector file"),
    ],
    ids=["rows", "size", "size of a binary file", "rows of a binary file", "digits", "one word"],
)
def test_a_header_that_claims_too_much_takes_nothing(tmp_path, content, message):
    path = tmp_path / "vectors.txt"
    path.write_bytes(content)
    assert message in refused(path)


@pytest.mark.parametrize("name", ["longest_line", "most_unpacked"])
def test_a_limit_out_of_range_is_named(name):
    with pytest.raises(SettingError, match=f"^embedding.{name}=0: must be at least 1$"):
        VectorFile(path="a", **{name: 0})
