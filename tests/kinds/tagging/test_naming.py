"""Tags of files in the scheme that a network learns."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnlab.data.tagged_sentence import Sentence
from rnnlab.errors import SettingError
from rnnlab.kinds.tagging.naming import SchemeNames

FILES = {"train": Path("train.conll"), "test": Path("test.conll")}


def sentence(tags: str, line: int = 1) -> Sentence:
    found = tags.split()
    return Sentence(["w"] * len(found), found, list(range(line, line + len(found))))


def named(train: str, test: str = "O", given: str = "auto", target: str = "BIOES"):
    return SchemeNames(given, target)({"train": [sentence(train)], "test": [sentence(test, 7)]}, FILES)


@pytest.mark.parametrize(
    ("train", "expected"),
    [
        ("B-a I-a B-a O", "B-a E-a S-a O"),  # BIO
        ("I-a I-a B-a O", "B-a E-a S-a O"),  # IOB1
        ("B-a E-a S-a O", "B-a E-a S-a O"),
        ("I-a I-a O I-b", "B-a E-a O S-b"),  # IO
    ],
)
def test_every_scheme_is_learned_as_bioes(train, expected):
    found = named(train)
    assert found.tags["train"] == [expected.split()]
    assert found.scheme == "BIOES"
    assert found.names[:5] == ["O", "B-a", "I-a", "E-a", "S-a"]


def test_names_are_complete_for_each_type_of_any_split():
    found = named("B-b O", "B-a O", target="BIO")
    assert found.names == ["O", "B-a", "I-a", "B-b", "I-b"]
    assert found.notes == []


def test_labels_without_a_scheme_stay_as_they_are():
    found = named("NOUN VERB O", "ADJ")
    assert (found.names, found.scheme) == (["ADJ", "NOUN", "O", "VERB"], None)
    assert named("B-a O", given="none").scheme is None


def test_a_tag_that_the_scheme_lacks_is_named_with_its_line():
    with pytest.raises(
        SettingError, match=r"data.scheme=BIO: line 8 of test.conll: tag 'S-a' is none of BIO"
    ):
        named("B-a I-a O", "O S-a")
    with pytest.raises(SettingError, match=r"data.scheme=IO: line 1 of train.conll: tag 'B-a' is none of IO"):
        named("B-a I-a O", given="IO")


def test_one_odd_tag_among_entities_is_no_reason_to_give_up_the_scheme():
    with pytest.raises(SettingError, match=r"line 3 of train.conll has the tag 'Ba', which is of no scheme"):
        named("B-a I-a Ba O B-a")


def test_sentences_that_break_their_scheme_are_counted():
    found = named("B-a O I-a", "B-a O", given="BIO")
    assert found.tags["train"] == [["S-a", "O", "S-a"]]
    assert found.notes == [
        "the tags are read as BIO and learned as BIOES",
        "1 sentence breaks BIO in train.conll, first at line 3: an entity without its beginning begins "
        "anyway",
    ]
