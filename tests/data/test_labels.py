"""The one rule of labels: text as written, the same in every file, names before values before places."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.labels import Classes, class_names, classes_of, given_names, is_missing, plain, whole
from rnnlab.errors import SettingError

STARS = ["1", "2", "3", "n/a"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" good ", "good"),
        ("cafe\u0301", "caf\u00e9"),
        ("good\u200b", "good"),
        ("\ufeffgood", "good"),
        ("very\u00a0good", "very good"),
        ("very \t good", "very good"),
        ("\u200dgood\u200c", "good"),
        ("\U0001f468\u200d\U0001f4bb", "\U0001f468\u200d\U0001f4bb"),  # a joiner inside an emoji is seen
        ("01", "01"),
        ("True", "True"),
    ],
)
def test_what_nobody_sees_tells_no_labels_apart(written: str, read: str) -> None:
    assert plain(written) == read


@given(st.text())
def test_a_plain_label_is_plain_and_normal(label: str) -> None:
    once = plain(label)
    assert plain(once) == once
    assert unicodedata.normalize("NFC", once) == once


@pytest.mark.parametrize("label", [None, "", "  ", "\u200b", "nan", "NaN", " nan ", "<NA>", "NaT"])
def test_no_label_is_missing(label: str | None) -> None:
    assert is_missing(label)


@pytest.mark.parametrize("label", ["n/a", "NA", "none", "null", "Nan", "0", "unknown"])
def test_a_word_for_nothing_may_be_a_class(label: str) -> None:
    assert not is_missing(label)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["b", "a", "b"], ["a", "b"]),
        (["10", "9", "-1"], ["-1", "9", "10"]),
        (["1.0", "2.0", "10.0"], ["1", "2", "10"]),  # a column of whole numbers with a gap, from pandas
        (["3.0", "3", "4"], ["3", "4"]),
        (["+1", "-1"], ["-1", "1"]),
        (["1.0", "x"], ["1.0", "x"]),
        (["01", "1", "10"], ["01", "1", "10"]),
        (["010", "02", "01"], ["01", "02", "010"]),
        (["1.5", "2.0"], ["1.5", "2.0"]),
        (["true", "false"], ["false", "true"]),
        (["True", "False"], ["False", "True"]),
        (["True", "true", "false"], ["false", "true"]),
        (["1", "true"], ["1", "true"]),
        (["9007199254740992", "9007199254740993"], ["9007199254740992", "9007199254740993"]),
        (["v1.2", "1e5"], ["1e5", "v1.2"]),
    ],
)
def test_classes_are_the_labels_as_written_in_the_order_of_their_values(
    labels: list[str], classes: list[str]
) -> None:
    assert class_names(labels) == classes
    assert class_names(reversed(labels)) == classes


@pytest.mark.parametrize(
    ("names", "labels", "ids"),
    [
        (STARS, ["1", "2", "3", "n/a", "0", "4"], [0, 1, 2, 3, None, None]),
        (["bad", "good"], ["good", "bad", "0", "1", "1.0", "2", "true"], [1, 0, 0, 1, 1, None, 1]),
        (["1", "2", "3"], ["1", "3.0", "+2", "03", "0", "1.5"], [0, 2, 1, None, None, None]),
        (["5", "1"], ["1", "5", "0"], [1, 0, None]),
        (["01", "1"], ["01", "1", "1.0", "001"], [0, 1, None, None]),
        (["0", "1"], ["false", "True", "1"], [0, 1, 1]),  # and so are runs from before labels were text
        (["false", "true"], ["False", "TRUE", "yes", "0", "1", "maybe"], [0, 1, 1, 0, 1, None]),
        (["true", "false"], ["true", "False", "0", "1"], [0, 1, None, None]),
        (["ture", "false"], ["true", "false", "1"], [None, 1, None]),
        (["false", "maybe", "true"], ["true", "false", "True"], [2, 0, None]),
        (["no", "yes"], ["yes", "no", "1"], [1, 0, 1]),
        (["caf\u00e9", "bar"], ["cafe\u0301", "bar\u200b"], [0, 1]),
        (["9007199254740992", "9007199254740993"], ["9007199254740993"], [1]),
    ],
)
def test_names_come_before_values_and_values_before_places(
    names: list[str], labels: list[str], ids: list[int | None]
) -> None:
    rule = Classes(names)
    assert [rule.find(label) for label in labels] == ids


@given(st.lists(st.text(min_size=1).map(plain).filter(bool), min_size=2, max_size=8, unique=True))
def test_every_class_that_was_taken_from_labels_is_found_again(labels: list[str]) -> None:
    names = class_names(labels)
    rule = Classes(names)
    assert [rule.find(name) for name in names] == list(range(len(names)))
    assert all(rule.find(label) is not None for label in labels)


def test_integers_of_a_typed_source_are_places_unless_all_are_names() -> None:
    assert [classes_of(STARS, {"0", "1", "3"}).find(label) for label in ("0", "1", "3", "4")] == [
        0,
        1,
        3,
        None,
    ]
    assert [classes_of(STARS, {"1", "3"}).find(label) for label in ("1", "3")] == [0, 2]
    assert classes_of(["1", "2"], {"0", "1"}).find("0") is None
    assert classes_of(["bad", "good"], {"0", "1"}).find("1") == 1


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, None),
        (["bad", "good"], ("bad", "good")),
        ([True, False], ("true", "false")),
        ([1, 2.0, "03"], ("1", "2.0", "03")),
        ([" caf\u0065\u0301 ", "b"], ("caf\u00e9", "b")),
    ],
)
def test_given_names_are_those_that_were_typed(given: list | None, names: tuple | None) -> None:
    assert given_names(given) == names


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], r"data\.classes=\[\]: must name at least two classes; leave it out"),
        (["a"], r"data\.classes=\[a\]: must name at least two classes"),
        (["a", "a"], r"data\.classes=\[a,a\]: names the class a twice"),
        (["a", "a\u200b "], r"names the class a twice"),
        (["a", None], r"class 2 of 2 has no name"),
        (["a", " "], r"class 2 of 2 has no name"),
        ("bad", r"data\.classes=bad: must be a list of names"),
        (3, r"data\.classes=3: must be a list of names"),
    ],
)
def test_names_that_cannot_be_classes_are_refused(given: list, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        given_names(given)


def test_what_is_wrong_with_a_label_is_said_with_what_would_be_right() -> None:
    assert Classes(["bad", "good"]).problem("god", "label") == (
        "has the label 'god', which is none of bad, good (or 0 to 1, their places)"
    )
    assert Classes(["1", "2"]).problem("god", "stars") == "has the stars 'god', which is none of 1, 2"
    assert Classes([f"c{n}" for n in range(30)]).problem("x", "label").count(", c") == 11
    assert Classes(["1", "2"]).problem(" nan", "stars") == "has no stars"


def test_whole_numbers_are_exact() -> None:
    assert whole("123456789012345678901234567890.0") == 123456789012345678901234567890
    assert (whole("-0"), whole("01"), whole("1.5"), whole("\u0663"), whole("")) == (0, None, None, None, None)
