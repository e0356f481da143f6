"""Files that are compressed by gzip are read as they are, within a limit."""

import gzip
from pathlib import Path

import pytest

from rnnlab.data.file_format import Format
from rnnlab.data.files import read_table
from rnnlab.data.packed import ending_of, open_bytes
from rnnlab.errors import SettingError

ROWS = "text\tlabel\nfine, indeed\t1\npoor\t0\n"


def test_the_ending_is_that_below_gz():
    assert ending_of(Path("a.tsv")) == ending_of(Path("b.TSV.gz")) == ".tsv"
    assert ending_of(Path("train.en.gz")) == ".en"


def test_a_packed_table_is_read_like_a_plain_one(tmp_path):
    (tmp_path / "plain.tsv").write_text(ROWS)
    (tmp_path / "packed.tsv.gz").write_bytes(gzip.compress(ROWS.encode()))
    plain, packed = (read_table(tmp_path / name, "text", "label") for name in ("plain.tsv", "packed.tsv.gz"))
    assert packed == plain
    assert packed.texts == ["fine, indeed", "poor"]


def test_a_packed_file_has_a_limit_on_its_unpacked_size(tmp_path):
    path = tmp_path / "zeros.tsv.gz"
    path.write_bytes(gzip.compress(b"text\tlabel\n" + b"0\t1\n" * 100_000))
    with pytest.raises(SettingError, match=r"has more than 50,000 bytes unpacked, which max_file allows"):
        read_table(path, "text", "label", Format(max_file=50_000))


@pytest.mark.parametrize(
    "content", [gzip.compress(ROWS.encode())[:-12], b"no gzip at all"], ids=["cut short", "not gzip"]
)
def test_a_damaged_file_is_an_error_of_one_line(tmp_path, content):
    path = tmp_path / "a.tsv.gz"
    path.write_bytes(content)
    with pytest.raises(SettingError, match=r"^data.files=.*a.tsv.gz: cannot be unpacked by gzip: ") as error:
        read_table(path, "text", "label")
    assert "\n" not in str(error.value)


def test_a_plain_file_has_no_limit_here(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"x" * 100)
    with open_bytes(tmp_path / "a.txt", 10) as file:
        assert file.read() == b"x" * 100
