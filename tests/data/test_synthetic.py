"""Generated data: what a bag of words cannot tell, brackets that match, and the data modules around them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.data.synthetic import SyntheticBrackets, SyntheticSentiment, write_brackets, write_sentences
from rnnlab.data.synthetic_brackets import KINDS, brackets
from rnnlab.data.synthetic_sentiment import Clause, Sentence, sentiment
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.word import WordTokenizer

Rows = tuple[list[str], list[int]]


def made(
    rows: dict[str, int], clauses: int = 3, negations: int = 1, fillers: int = 1, seed: int = 0
) -> dict[str, Rows]:
    return sentiment(rows, clauses, negations, fillers, seed)


def counts(texts: list[str], words: list[str]) -> np.ndarray:
    """How often each word occurs in each text: (texts, words)."""
    column = {word: number for number, word in enumerate(words)}
    table = np.zeros((len(texts), len(words)))
    for row, text in enumerate(texts):
        for word in text.split():
            table[row, column[word]] += 1
    return table


def naive_bayes(counted: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weight of each word for label 1 over label 0."""
    smoothed = [1 + counted[labels == label].sum(0) for label in (0, 1)]
    return np.log(smoothed[1] / smoothed[1].sum()) - np.log(smoothed[0] / smoothed[0].sum())


def logistic_regression(counted: np.ndarray, labels: np.ndarray) -> np.ndarray:
    weights = np.zeros(counted.shape[1])
    for _ in range(300):
        error = 1 / (1 + np.exp(-counted @ weights)) - labels
        weights -= 0.1 * counted.T @ error / len(labels)
    return weights


@pytest.mark.parametrize("learn", [naive_bayes, logistic_regression])
@pytest.mark.parametrize("hard", [(2, 0, 0), (3, 1, 1), (5, 2, 2)])
def test_a_bag_of_words_gets_half_right(hard: tuple[int, int, int], learn: object) -> None:
    assert callable(learn)
    splits = made({"train": 1000, "test": 400}, *hard)
    words = sorted({word for texts, _ in splits.values() for text in texts for word in text.split()})
    weights = learn(counts(splits["train"][0], words), np.array(splits["train"][1]))
    right = (counts(splits["test"][0], words) @ weights > 0) == np.array(splits["test"][1])
    assert abs(right.mean() - 0.5) < 0.03


def test_half_of_all_rows_are_positive_and_none_occurs_twice() -> None:
    splits = made({"train": 300, "validation": 101, "test": 100})
    assert [len(texts) for texts, _ in splits.values()] == [300, 100, 100]
    assert all(sum(labels) * 2 == len(labels) for _, labels in splits.values())
    everything = [text for texts, _ in splits.values() for text in texts]
    assert len(set(everything)) == len(everything)


@given(st.integers(2, 6), st.integers(0, 3), st.integers(0, 3), st.integers(0, 100))
def test_every_sentence_has_a_twin_of_its_words_and_the_other_label(
    clauses: int, negations: int, fillers: int, seed: int
) -> None:
    texts, labels = made({"train": 20}, clauses, negations, fillers, seed)["train"]
    bags = Counter((tuple(sorted(text.split())), label) for text, label in zip(texts, labels, strict=True))
    assert all(bags[bag, 1 - label] == number for (bag, label), number in bags.items())


def test_the_verdict_follows_the_connectives_and_the_negations() -> None:
    good, bad = Clause("plot", 0, (), "good"), Clause("cast", 0, (), "bad")
    assert good.positive
    assert not bad.positive
    assert not good._replace(negations=1).positive
    assert good._replace(negations=2).positive
    assert str(good._replace(negations=2, fillers=("in truth",))) == (
        "it is not true that the plot was not in truth good"
    )
    assert not Sentence((good, bad), ("but",)).positive
    assert Sentence((good, bad), ("though",)).positive
    assert Sentence((bad, good, bad), ("but", "though")).positive
    assert str(Sentence((bad, good), ("but",))) == "the cast was bad but the plot was good"


def test_without_negations_order_alone_decides() -> None:
    texts, _ = made({"train": 100}, negations=0)["train"]
    assert not any("not" in text.split() for text in texts)


def test_the_seed_decides_the_sentences() -> None:
    assert made({"train": 40}) == made({"train": 40})
    assert made({"train": 40}) != made({"train": 40}, seed=1)


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"clauses": 1}, r"data\.clauses=1: must be 2 or more"),
        ({"negations": -1}, r"data\.negations=-1: must be 0 or more"),
        ({"fillers": -1}, r"data\.fillers=-1: must be 0 or more"),
    ],
)
def test_settings_out_of_range_are_refused(settings_: dict[str, int], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        made({"train": 10}, **settings_)


def test_more_rows_than_there_are_sentences_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, words in (("SUBJECTS", ("plot", "cast")), ("GOOD", ("good",)), ("BAD", ("bad",))):
        monkeypatch.setattr(f"rnnlab.data.synthetic_sentiment.{name}", words)
    with pytest.raises(
        SettingError, match=r"data\.train_rows=100: these settings have too few different sentences"
    ):
        made({"train": 100}, clauses=2, negations=0, fillers=0)


@given(st.integers(3, 400), st.integers(1, 4), st.integers(1, 6), st.integers(1, 15), st.integers(0, 100))
@settings(deadline=None)
def test_every_bracket_is_closed_by_its_kind_within_the_depth(
    characters: int, kinds: int, max_depth: int, max_pairs: int, seed: int
) -> None:
    text = brackets(characters, kinds, max_depth, max_pairs, seed)
    assert characters - 3 < len(text) <= characters
    closes = {pair[0]: pair[1] for pair in KINDS[:kinds]}
    for line in text.splitlines():
        expected: list[str] = []
        for symbol in line:
            if symbol in closes:
                expected.append(closes[symbol])
                assert len(expected) <= max_depth
            else:
                assert symbol == expected.pop()
        assert not expected
        assert 2 <= len(line) <= 2 * max_pairs


def test_brackets_use_every_kind_and_the_whole_depth() -> None:
    text = brackets(5000, 4, 5, 20, 0)
    assert set(text) == set("".join(KINDS)) | {"\n"}
    depths = np.cumsum([(symbol in "([{<") - (symbol in ")]}>") for symbol in text])
    assert depths.max() == 5


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((100, 0, 1, 1), r"data\.kinds=0: must lie between 1 and 4"),
        ((100, 5, 1, 1), r"data\.kinds=5"),
        ((100, 1, 0, 1), r"data\.max_depth=0: must be 1 or more"),
        ((100, 1, 1, 0), r"data\.max_pairs=0: must be 1 or more"),
        ((2, 1, 1, 1), r"characters=2: must be 3 or more"),
    ],
)
def test_bracket_settings_out_of_range_are_refused(numbers: tuple[int, int, int, int], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        brackets(*numbers, seed=0)


def test_files_are_written_once(tmp_path: Path) -> None:
    write_sentences(tmp_path / "a", {"train": 10}, (3, 1, 1, 0))
    written = (tmp_path / "a/train.parquet").stat().st_mtime_ns
    write_sentences(tmp_path / "a", {"train": 10}, (3, 1, 1, 0))
    assert (tmp_path / "a/train.parquet").stat().st_mtime_ns == written


def test_splits_of_brackets_differ(tmp_path: Path) -> None:
    write_brackets(tmp_path / "a", {"train": 100, "test": 100}, (3, 4, 10, 0))
    assert (tmp_path / "a/train.txt").read_text() != (tmp_path / "a/test.txt").read_text()


def test_sentences_are_a_classification_data_module(tmp_path: Path) -> None:
    data = SyntheticSentiment(
        cache_dir=tmp_path,
        tokenizer=WordTokenizer(),
        cleaner=Cleaner({}),
        train_rows=64,
        validation_rows=16,
        test_rows=8,
        workers=1,
    )
    data.prepare()
    assert data.classes == ["negative", "positive"]
    assert data.class_counts == [32, 32]
    assert data.provenance["rows"] == {"train": 64, "validation": 16, "test": 8}
    assert data.provenance["official"] is None  # nobody has fixed any
    assert sum(len(batch.labels) for batch in data.train_dataloader()) == 64
    assert data.split_texts("test") == made({"train": 64, "validation": 16, "test": 8})["test"][0]


def test_brackets_are_a_language_modeling_data_module(tmp_path: Path) -> None:
    data = SyntheticBrackets(
        cache_dir=tmp_path,
        tokenizer=CharTokenizer(),
        cleaner=Cleaner({}),
        train_characters=4000,
        validation_characters=500,
        test_characters=500,
        batch_size=4,
        window=16,
        eval_window=32,
        kinds=2,
        workers=1,
    )
    data.prepare()
    assert set(data.tokenizer.vocabulary) >= set("()[]\n")
    assert data.provenance["official"] is None  # nobody has fixed any
    assert next(iter(data.train_dataloader())).tokens.shape == (4, 16)
