"""Vectors learned by gensim: repeatable, kept by content, whole or not at all, also for words not seen."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models.fasttext import FastText as Gensim

from rnnlab.embedding.base import Corpora, corpora
from rnnlab.embedding.fasttext import FastText
from rnnlab.embedding.trained import Word2Vec, load_model, passes
from rnnlab.errors import SettingError
from rnnlab.tokenizer import WordTokenizer

TEXTS = [
    f"a {kind} film about a {thing} and a dog" for kind in ("good", "fine") for thing in ("cat", "mouse")
]
TEXTS += [
    f"we ate {kind} bread with {thing} today" for kind in ("dry", "old") for thing in ("milk", "cheese")
]
SMALL: dict[str, Any] = {"size": 8, "epochs": 2, "min_count": 1}


def corpus_of(texts: list[str], min_count: int = 1, more: list[str] | None = None) -> Corpora:
    tokenizer = WordTokenizer(min_count=min_count)
    tokenizer.train(texts)
    encoded = [[tokenizer.encode(text) for text in part] for part in (texts, more or []) if part]
    ids = [np.array([*chain.from_iterable(rows)], dtype=np.uint16) for rows in encoded]
    return corpora(tokenizer, ids, [np.cumsum([0, *map(len, rows)]) for rows in encoded])


CORPUS = corpus_of(TEXTS * 10)


@pytest.mark.parametrize("make", [Word2Vec, FastText])
@pytest.mark.parametrize("skip_gram", [True, False])
def test_one_worker_learns_the_same_vectors_to_the_last_bit(make: Any, skip_gram: bool) -> None:
    choice = make(**SMALL, skip_gram=skip_gram)
    first, second = (choice.learn(CORPUS).vectors for _ in range(2))
    np.testing.assert_array_equal(first.matrix, second.matrix)
    assert first.found.tolist() == [False, False] + [True] * (CORPUS.tokenizer.vocab_size - 2)
    other = make(**SMALL, skip_gram=skip_gram, seed=1).learn(CORPUS).vectors
    assert not np.array_equal(first.matrix, other.matrix)


def test_another_process_with_other_hashes_learns_the_same() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import test_trained as here; print(here.digest())"
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout == f"{digest()}\n", done.stderr


def digest() -> str:
    return hashlib.sha256(FastText(**SMALL).learn(CORPUS).vectors.matrix.tobytes()).hexdigest()


def test_words_of_the_same_places_become_neighbours(tmp_path: Path) -> None:
    vectors = Word2Vec(size=16, epochs=30, min_count=1, sample=0.0).vectors(CORPUS, tmp_path)
    ids = {word: number for number, word in enumerate(CORPUS.tokenizer.vocabulary)}
    unit = vectors.matrix / np.maximum(np.linalg.norm(vectors.matrix, axis=1, keepdims=True), 1e-9)
    cosines = unit @ unit[ids["good"]]
    assert cosines[ids["fine"]] > cosines[[ids["dry"], ids["milk"], ids["today"]]].max()
    assert vectors.coverage == (1.0, 1.0)
    assert not vectors.matrix[0].any()


def test_the_same_vectors_are_learned_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Word2Vec(**SMALL).vectors(CORPUS, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Word2Vec, "learn", lambda *args: pytest.fail("learned again"))
        again = Word2Vec(**SMALL, freeze=True, scale=None, projection=3).vectors(CORPUS, tmp_path)
    np.testing.assert_array_equal(first.matrix, again.matrix)
    assert first.folder == again.folder
    others = [
        Word2Vec(**{**SMALL, "size": 9}).vectors(CORPUS, tmp_path).folder,
        Word2Vec(**SMALL, window=2).vectors(CORPUS, tmp_path).folder,
        Word2Vec(**SMALL).vectors(corpus_of(TEXTS * 9), tmp_path).folder,
        Word2Vec(**SMALL).vectors(corpus_of(TEXTS * 10, more=["a dog"]), tmp_path).folder,
    ]
    assert len({first.folder, *others}) == 5


def test_damaged_vectors_are_learned_again(tmp_path: Path) -> None:
    first = FastText(**SMALL, bucket=50).vectors(CORPUS, tmp_path)
    assert first.folder is not None
    damaged = first.folder / "ngrams.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    again = FastText(**SMALL, bucket=50).vectors(CORPUS, tmp_path)
    np.testing.assert_array_equal(first.matrix, again.matrix)
    assert load_model(first.folder).word_vector("unseen") is not None


def test_texts_without_labels_are_learned_from(tmp_path: Path) -> None:
    rare = ["one rare word", *TEXTS]
    corpus = corpus_of(rare, more=["rare rare rare"])
    choice = Word2Vec(**{**SMALL, "min_count": 4})
    found = {
        word
        for word, is_found in zip(
            corpus.tokenizer.vocabulary, choice.learn(corpus).vectors.found, strict=True
        )
        if is_found
    }
    assert "rare" in found
    assert "one" not in found
    shares = choice.vectors(corpus, tmp_path).coverage
    assert shares is not None
    assert 0 < shares.types < shares.tokens < 1


def test_unknown_tokens_are_not_learned() -> None:
    corpus = corpus_of([*TEXTS, "single"], min_count=2)
    assert corpus.ids[0][-1] == 1
    assert Word2Vec(**SMALL).learn(corpus).vectors.found[:2].tolist() == [False, False]


def test_fasttext_has_vectors_for_rare_and_unseen_words(tmp_path: Path) -> None:
    corpus = corpus_of(["mousetrap", *TEXTS])
    choice = FastText(**{**SMALL, "min_count": 2}, bucket=300)
    vectors = choice.vectors(corpus, tmp_path)
    assert vectors.coverage == (1.0, 1.0)
    assert vectors.folder is not None
    model = load_model(vectors.folder)
    row = corpus.tokenizer.vocabulary.index("mousetrap")
    np.testing.assert_array_equal(model.word_vector("mousetrap"), vectors.matrix[row])
    np.testing.assert_array_equal(
        model.word_vector("mouse"), vectors.matrix[corpus.tokenizer.vocabulary.index("mouse")]
    )
    unseen, far = model.word_vector("mouses"), model.word_vector("\ud800bread")
    assert unseen is not None
    assert far is not None
    assert model.word_vector("") is None, "there is no n-gram of three characters in <>"


def test_a_word_not_seen_gets_gensims_own_vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Gensim] = []
    choice = FastText(**SMALL, bucket=300)
    build = choice._model
    monkeypatch.setattr(FastText, "_model", lambda self, epochs: made.append(build(epochs)) or made[-1])
    folder = choice.vectors(CORPUS, tmp_path).folder
    assert folder is not None
    for word in ("mouses", "unheard-of", "😂😂"):
        np.testing.assert_allclose(load_model(folder).word_vector(word), made[0].wv[word], rtol=1e-5)


def test_word2vec_has_none_for_a_word_not_seen(tmp_path: Path) -> None:
    folder = Word2Vec(**SMALL).vectors(CORPUS, tmp_path).folder
    assert folder is not None
    assert load_model(folder).word_vector("mouses") is None
    assert load_model(folder).word_vector("<unk>") is None


def test_a_progress_bar_counts_passes_and_gensims_own_words_are_kept_back(
    capsys: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture, terminal: None
) -> None:
    caplog.set_level(logging.INFO)
    Word2Vec(**SMALL).learn(CORPUS)
    shown = capsys.readouterr().err
    assert "word2vec skip-gram, epoch 2/2: 100%" in shown
    assert [record for record in caplog.records if record.name.startswith("gensim")] == []
    assert logging.getLogger("gensim").level == logging.NOTSET


def test_without_a_number_small_texts_get_more_epochs() -> None:
    assert [passes(tokens) for tokens in (0, 10**6, 5 * 10**6, 2 * 10**7)] == [15, 15, 5, 3]


def test_a_min_count_that_leaves_nothing_is_said() -> None:
    with pytest.raises(SettingError, match=r"embedding\.min_count=1000: no token of the text comes so often"):
        Word2Vec(**{**SMALL, "min_count": 1000}).learn(CORPUS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": None}, "embedding.size=null: must be a number"),
        ({"size": 0}, "embedding.size=0: must be at least 1"),
        ({"window": 0}, "embedding.window=0: must be at least 1"),
        ({"workers": 0}, "embedding.workers=0: must be at least 1"),
        ({"scale": 0}, "embedding.scale=0: must be a number > 0"),
        ({"freeze_epochs": -1}, "embedding.freeze_epochs=-1: must be at least 0"),
        ({"min_n": 4, "max_n": 3}, "embedding.min_n=4: must lie between 1 and embedding.max_n=3"),
        ({"bucket": 0}, "embedding.bucket=0: must be at least 1"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        FastText(**settings)


def test_gensim_is_imported_only_to_learn() -> None:
    code = "import sys, rnnlab.embedding.fasttext, rnnlab.embedding.files\n"
    code += "print(*{'gensim', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "\n", done.stderr
