"""UTF-8 everywhere: another locale starts the command again, and names that are no text are refused."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
import yaml

from rnnlab.errors import UserError
from rnnlab.run.config.encoding import check_names, escape_output, is_text, start_in_utf8

ROOT = Path(__file__).parents[3]
OTHER = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
TEXTS = [("café 😂 apple", "élégant"), ("bear 中", "中")]


@pytest.fixture
def started(monkeypatch):
    """What the process would become."""
    found = []
    monkeypatch.setattr(os, "execv", lambda *given: found.append(given))
    monkeypatch.setenv("PYTHONUTF8", "0")
    return found


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1"])
def test_a_command_under_another_locale_starts_again(started, monkeypatch, encoding):
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: encoding)
    monkeypatch.setattr(sys, "flags", SimpleNamespace(utf8_mode=0))
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "rnnlab.cli", "runs"])
    start_in_utf8()
    again = [sys.executable, "-X", "utf8", "-m", "rnnlab.cli", "runs"]
    assert started == [(sys.executable, again)]
    assert os.environ["PYTHONUTF8"] == "1"


def test_it_starts_once(started, monkeypatch):
    start_in_utf8()
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    monkeypatch.setattr(sys, "flags", SimpleNamespace(utf8_mode=1))
    start_in_utf8()
    assert started == []


def test_output_in_ascii_escapes_the_rest(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii", write_through=True))
    escape_output()
    print("élégant 中")
    assert written.getvalue() == b"\\xe9l\\xe9gant \\u4e2d\n"


@pytest.mark.parametrize("name", ["café 中 😂", "a b=c'd", ""])
def test_text_passes(name):
    assert is_text(name)
    check_names([f"data.files.train={name}"], name)


@pytest.mark.parametrize(
    ("overrides", "folder", "message"),
    [
        (
            ["seed=1", "data.files.train=caf\udce9.csv"],
            "here",
            "data.files.train='caf\\udce9.csv': is not UTF-8: rename that file or folder",
        ),
        (
            [],
            "caf\udce9",
            "'caf\\udce9': this folder's name is not UTF-8: rename it, or work in another one",
        ),
    ],
)
def test_bytes_that_are_no_text_are_refused(overrides, folder, message):
    with pytest.raises(UserError) as error:
        check_names(overrides, folder)
    assert str(error.value) == message


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="a locale of POSIX")
def test_a_run_under_the_c_locale_in_a_folder_with_other_letters_ends_well(tmp_path):
    place = tmp_path / "sp ace = é"
    place.mkdir()
    rows = [f"{text} {number},{label}" for number in range(20) for text, label in TEXTS]
    (place / "ü.csv").write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    few = ["threads=1", "tokenizer.min_count=1", "model.hidden_size=4", "trainer.max_epochs=1"]
    own = ["task=classification", "data=csv", "model=gru", "data.files.train='ü.csv'"]
    command = [sys.executable, str(ROOT / "train.py"), *own, *few]
    given = {**os.environ, **OTHER, "RNNLAB_CACHE_DIR": str(tmp_path / "cache")}
    ended = subprocess.run(command, cwd=place, env=given, capture_output=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr.decode()
    assert "élégant" in ended.stdout.decode()
    (result,) = place.glob("outputs/classification/gru/*/result.json")
    assert json.loads(result.read_text(encoding="utf-8"))["status"] == "finished"
    config = yaml.safe_load((result.parent / "config.yaml").read_text(encoding="utf-8"))
    assert config["data"]["files"]["train"] == "ü.csv"
    assert config["paths"]["run_dir"] == str(result.parent)
    assert pq.read_table(result.parent / "predictions.parquet").num_rows > 0
    assert (result.parent / "report.html").is_file()
