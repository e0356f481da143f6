import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled, NaiveBayesNgrams
from rnnlab.kinds.classification.ngrams.stored import load_ngrams, save_ngrams
from rnnlab.kinds.classification.ngrams.table import Texts, spelled


def corpus(classes, seed):
    """60 texts of six words, whose first word is their class, and the same by characters."""
    drawn = np.random.default_rng(seed)
    words = drawn.integers(5, 20, (60, 6))
    labels = np.arange(60) % classes
    words[:, 0] = labels
    written = spelled([" ".join(map(chr, 97 + row)) for row in words])
    return Labelled(Texts(words.ravel(), np.arange(61) * 6, written), labels)


@pytest.mark.parametrize(("classes", "characters"), [(2, 0), (3, 0), (3, 2)])
def test_what_is_read_back_predicts_the_same(tmp_path, classes, characters):
    model = NaiveBayesNgrams(longest=2, characters=characters)
    train, new = corpus(classes, 0), corpus(classes, 1).texts
    if not characters:
        train, new = (
            train._replace(texts=train.texts._replace(characters=None)),
            new._replace(characters=None),
        )
    model.fit(train, train, 20, [1.0] * classes)
    save_ngrams(model, tmp_path / "ngrams.npz")
    again = load_ngrams(tmp_path / "ngrams.npz")
    expected = model.log_probabilities(new).numpy()
    np.testing.assert_allclose(again.log_probabilities(new), expected, rtol=0, atol=1e-12)
    assert (again.characters, again.strength) == (model.characters, model.strength)
    assert len(again.weights) == model.features
    assert [file.name for file in tmp_path.iterdir()] == ["ngrams.npz"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04cut short"])
def test_a_broken_file_is_named(tmp_path, content):
    path = tmp_path / "ngrams.npz"
    path.write_bytes(content)
    with pytest.raises(SettingError, match="n-grams cannot be read") as caught:
        load_ngrams(path)
    assert str(path) in str(caught.value)
