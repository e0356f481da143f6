"""Files that gensim writes are read back as they were, packed or not; what is wrong with one is said."""

from __future__ import annotations

import gzip
import logging
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors

from rnnlab.embedding import files
from rnnlab.embedding.base import Corpora, Vectors, corpora
from rnnlab.embedding.files import VectorFile, forms
from rnnlab.errors import SettingError
from rnnlab.tokenizer import WordTokenizer

WORDS = ["the", "film", "was", "good", "sühne", "😂", "1"]
SIZE = 5
MATRIX = np.random.default_rng(0).normal(size=(len(WORDS), SIZE)).astype(np.float32)


def corpus_of(*words: str) -> Corpora:
    """Train rows in which each word stands once, in order, and one unknown word."""
    tokenizer = WordTokenizer.from_json(
        {"type": "word", "lowercase": False, "vocab_size": None, "min_count": 1}
        | {"vocabulary": ["<pad>", "<unk>", *words]}
    )
    ids = np.arange(1, len(words) + 2, dtype=np.uint8)
    return corpora(tokenizer, [ids], [np.array([0, len(ids)])])


def keyed() -> KeyedVectors:
    vectors = KeyedVectors(SIZE)
    vectors.add_vectors(["filler", *WORDS[::-1]], np.concatenate([np.ones((1, SIZE), "f4"), MATRIX[::-1]]))
    return vectors


def write(path: Path, kind: str) -> Path:
    """A file of one kind as gensim writes it; fastText's own has a blank at the end of each line too."""
    if kind == "fasttext":
        keyed().save_word2vec_format(path)
        head, *lines = path.read_text().splitlines()
        path.write_text("\n".join([head, *(f"{line} " for line in lines)]) + "\n")
    else:
        keyed().save_word2vec_format(path, binary=kind == "binary", write_header=kind != "glove")
    return path


def packed(path: Path, ending: str) -> Path:
    if ending == ".gz":
        with path.open("rb") as plain, gzip.open(f"{path}.gz", "wb") as file:
            shutil.copyfileobj(plain, file)
    elif ending == ".zip":
        with zipfile.ZipFile(f"{path}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, path.name)
            archive.writestr("readme.txt", "no vectors")
    return Path(f"{path}{ending}")


def read(path: Path, corpus: Corpora | None = None, cache: str = "cache", **settings: Any) -> Vectors:
    return VectorFile(path=str(path), **settings).vectors(corpus or corpus_of(*WORDS), path.parent / cache)


@pytest.mark.parametrize("ending", ["", ".gz", ".zip"])
@pytest.mark.parametrize("kind", ["glove", "text", "binary", "fasttext"])
def test_what_gensim_wrote_is_read_back_equal(tmp_path: Path, kind: str, ending: str) -> None:
    path = packed(write(tmp_path / "vectors.100d.any", kind), ending)
    vectors = read(path)
    np.testing.assert_array_equal(vectors.matrix[2:], MATRIX)
    assert vectors.matrix.dtype == np.float32
    assert not vectors.matrix[0].any()
    assert vectors.coverage == (1.0, len(WORDS) / (len(WORDS) + 1))


@pytest.mark.parametrize("ending", ["", ".gz", ".zip"])
@pytest.mark.parametrize("head", ["", "2 3\n"])
def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path: Path, head: str, ending: str) -> None:
    path = tmp_path / "vectors.txt"
    path.write_bytes(f"\ufeff{head}good 1 2 3\r\nbad 4 5 6\r\n".encode())
    vectors = read(packed(path, ending), corpus_of("good", "bad"))
    assert vectors.matrix[2:].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert VectorFile(path=str(path)).layout().total == (2 if head else None)


def test_vectors_that_gensims_fasttext_learned_are_read_back_equal(tmp_path: Path) -> None:
    model = FastText(
        [["good", "film", "bad", "play"]] * 5, vector_size=SIZE, min_count=1, bucket=50, workers=1
    )
    model.wv.save_word2vec_format(tmp_path / "learned.vec")
    matrix = read(tmp_path / "learned.vec", corpus_of("film", "play")).matrix
    np.testing.assert_array_equal(matrix[2:], [model.wv["film"], model.wv["play"]])


def test_the_format_can_be_said(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a", "binary"), format="binary").coverage
    with pytest.raises(SettingError, match=r"embedding\.format=binary: the first line of .* is no header"):
        read(write(tmp_path / "b", "glove"), format="binary")
    with pytest.raises(SettingError, match=r"embedding\.format=bin: unknown format\ndid you mean binary\?"):
        VectorFile(path="a", format="bin")


def test_a_zip_of_several_sizes_gives_the_one_that_is_asked_for(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "glove.zip", "w") as archive:
        archive.writestr("glove.2d.txt", "good 1 2\n")
        archive.writestr("glove.3d.txt", "good 1 2 3\n")
    corpus = corpus_of("good")
    assert read(tmp_path / "glove.zip", corpus).matrix.shape == (3, 2)
    assert read(tmp_path / "glove.zip", corpus, size=3).matrix[2].tolist() == [1, 2, 3]


def test_words_of_several_parts_are_split_off_from_the_right(tmp_path: Path) -> None:
    path = tmp_path / "glove.txt"
    path.write_text("at name@domain.com 9 9\n. . . 8 8\nto 1 2\n. 3 4\n7 5 6\n")
    matrix = read(path, corpus_of("at", ".", "7", "to")).matrix
    assert matrix[3:].tolist() == [[3, 4], [5, 6], [1, 2]]
    assert not np.array_equal(matrix[2], [9, 9])


def test_a_token_is_looked_for_in_other_cases_and_under_other_names_of_its_mark(tmp_path: Path) -> None:
    assert list(forms("paris")) == ["paris", "Paris", "PARIS"]
    assert list(forms("iPad")) == ["iPad", "ipad", "IPad", "IPAD"]
    assert list(forms("<long>"))[:2] == ["<long>", "<elong>"]
    path = tmp_path / "glove.txt"
    path.write_text(
        "NASA 1 1\nparis 2 2\nParis 3 3\n<elong> 4 4\n<allcaps> 5 5\nit 6 6\nit 7 7\nlondon 8 8\n"
    )
    corpus = corpus_of("nasa", "paris", "<long>", "<shout>", "it", "London", "absent")
    matrix = read(path, corpus).matrix
    assert matrix[2:8, 0].tolist() == [1, 2, 4, 5, 6, 8]


def test_what_is_not_found_is_as_long_as_the_rest_and_drawn_by_the_seed(tmp_path: Path) -> None:
    path = write(tmp_path / "vectors.txt", "glove")
    corpus = corpus_of(*WORDS, *(f"absent{n}" for n in range(500)))
    first, again, other = (read(path, corpus, seed=seed).matrix for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(first[2:9], MATRIX)
    assert np.sqrt(np.square(first[9:]).mean()) == pytest.approx(np.sqrt(np.square(MATRIX).mean()), rel=0.05)


def test_the_coverage_is_said_and_a_low_one_warned_of(tmp_path: Path, caplog: Any) -> None:
    caplog.set_level(logging.INFO, logger="rnnlab")
    path = write(tmp_path / "vectors.txt", "glove")
    assert read(path, corpus_of("good", "absent", "gone", "lost")).coverage == (0.25, 0.2)
    said = [record.getMessage() for record in caplog.records]
    assert (
        "word vectors: vectors.txt, size 5, for 25.0 % of the vocabulary and 20.0 % of the train tokens"
        in said
    )
    warned = [
        record for record in caplog.records if record.levelname == "WARNING" and record.name == "rnnlab"
    ]
    assert [record.args for record in warned] == [(20.0,)]


def test_a_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "vectors.txt", "glove")
    first = read(path)
    monkeypatch.setattr(files, "read_text", lambda *args: pytest.fail("read again"))
    np.testing.assert_array_equal(read(path, scale=None, freeze=True).matrix, first.matrix)
    monkeypatch.undo()
    path.write_text(path.read_text().replace("filler", "the", 1))
    assert read(path).matrix[2].tolist() == [1] * SIZE, "a changed file is another"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("\n \n", "the file is empty"),
        ("good film\nbad film\n", "is no vector file: a line must hold a word and its numbers"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no vector file"),
        (b"\xba\x16\x4f\x2f\x0c\0\0\0", r"is a fastText model; give the \.vec file"),
        ("the 1 2 3\nfilm 1 2 3\nodd 1 2\n", "line 3 has 2 numbers instead of 3"),
        ("the 1 2 3\nodd 1 2 3 4\nfilm 1 2 3\n", "line 2 has 4 numbers instead of 3"),
        ("the 1 2 3\nfilm 1 x 3\nwas 1 2 3\n", "line 2 has 'x' for a number"),
        ("the 1 2 3\nfilm 1 nan 3\nwas 1 2 3\n", "line 2 has a number that is not finite"),
        (
            "4 3\nthe 1 2 3\nfilm 1 2 3\n",
            "ends after 2 vectors, but its first line says 4",
        ),
        ("4 0\nthe\nfilm\n", "line 1 says that its vectors have size 0"),
        ("no 1 2 3\nword 1 2 3\n", "has none of the 7 entries of the vocabulary"),
        (
            b"2 2\nthe \0\0\x80\x3f\0\0\0\x40\nfilm \0\0",
            "ends or is damaged at vector 2 of the 2",
        ),
        (b"1 2\nthe \0\0\xc0\x7f\0\0\0\x40\n", "vector 1 has a number that is not finite"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\xff", "cannot be read to its end"),
        (b"PK\x03\x04 and nothing more", "cannot be read to its end: File is not a zip file"),
        (b"PK\x05\x06" + bytes(18), r"the \.zip holds no file"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingError, match=rf"embedding\.path=.*vectors: {message}"):
        read(path)
    assert not list((tmp_path / "cache").glob("embeddings/*")), "a failed reading leaves nothing"


def test_a_packed_file_that_is_cut_off_is_said(tmp_path: Path) -> None:
    path = packed(write(tmp_path / "vectors", "glove"), ".gz")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SettingError, match="cannot be read to its end"):
        read(path)


def test_another_size_than_the_one_asked_for_is_said_before_anything_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "vectors.txt", "text")
    with pytest.raises(
        SettingError, match=r"embedding\.size=100: the vectors of .* have size 5: set"
    ) as error:
        VectorFile(path=str(path), size=100).check()
    assert "embedding.size=5 or null; embedding.projection brings them to another size" in str(error.value)


def test_a_file_that_is_not_there_is_told_the_nearest(tmp_path: Path) -> None:
    write(tmp_path / "glove.6B.100d.txt", "glove")
    with pytest.raises(SettingError) as error:
        VectorFile(path=str(tmp_path / "glove.6B.10d.txt")).check()
    assert str(error.value) == (
        f"embedding.path=glove.6B.10d.txt: no such file in {tmp_path}\n"
        "did you mean glove.6B.100d.txt? there are: glove.6B.100d.txt"
    )
    with pytest.raises(SettingError, match=r"is a folder; must be a file in it\n.*glove\.6B"):
        VectorFile(path=str(tmp_path)).check()


def test_a_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "vectors.txt", "glove")
    assert VectorFile(path="~/vectors.txt").layout().size == SIZE
