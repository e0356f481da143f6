from copy import deepcopy

import pytest

from rnnlab.errors import SettingError
from rnnlab.tokenizer import BpeTokenizer, CharTokenizer, SavedTokenizer, WordTokenizer, load, save

TEXTS = ["the cat and the dog", "the dog and the cat"]


@pytest.fixture(params=[WordTokenizer(), CharTokenizer(), BpeTokenizer(24)], ids=["word", "char", "bpe"])
def original(request, tmp_path):
    request.param.train(TEXTS)
    save(request.param, tmp_path / "tokenizer.json")
    return request.param


@pytest.mark.parametrize("name", ["", "tokenizer.json"])
def test_a_file_or_a_folder_gives_the_same_ids(original, tmp_path, name):
    saved = SavedTokenizer(str(tmp_path / name))
    assert not saved.trained
    saved = deepcopy(saved)
    saved.train(TEXTS, 2)
    assert saved.trained
    text = "The cat, a dog?"
    assert saved.encode(text) == original.encode(text)
    assert saved.encode_batch([text]) == original.encode_batch([text])
    assert saved.offsets(text) == original.offsets(text)
    assert saved.split(text) == original.split(text)
    assert saved.decode(saved.encode(text)) == original.decode(original.encode(text))
    assert saved.vocab_size == original.vocab_size


def test_what_it_saves_is_the_tokenizer_that_it_read(original, tmp_path):
    saved = SavedTokenizer(tmp_path)
    save(saved, tmp_path / "again.json")
    assert type(load(tmp_path / "again.json")) is type(original)
    assert load(tmp_path / "again.json").to_json() == original.to_json()


def test_other_text_is_refused_unless_it_is_asked_for(original, tmp_path):
    with pytest.raises(
        SettingError, match=r"^tokenizer.path=.*was trained on other text.*tokenizer.other_data=true"
    ):
        SavedTokenizer(tmp_path).train(["another text"])
    saved = SavedTokenizer(tmp_path, other_data=True)
    saved.train(["another text"])
    assert saved.trained


def test_a_file_that_does_not_say_its_text_counts_as_of_other_text(original, tmp_path):
    original.trained_on = None
    save(original, tmp_path / "tokenizer.json")
    with pytest.raises(SettingError, match="does not say on which text it was trained"):
        SavedTokenizer(tmp_path).train(TEXTS)


def test_settings_tell_what_was_learned_and_not_where_it_lies(tmp_path):
    for name, text in (("a", "one two"), ("b", "one two"), ("c", "three four")):
        tokenizer = WordTokenizer(min_count=1)
        tokenizer.train([text])
        save(tokenizer, tmp_path / name)
    a, b, c = (SavedTokenizer(tmp_path / name).settings() for name in "abc")
    assert a == b != c
    assert a != SavedTokenizer(tmp_path / "a", other_data=True).settings()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "must be a run's folder or a tokenizer file"),
        ("", "is not a tokenizer file"),
        ('{"type": "word"}', "is not a whole tokenizer file of type 'word'"),
        ('{"type": ["word"]}', "holds a tokenizer of type"),
        ('{"type": "word", "lowercase": 1, "vocab_size": 9, "min_count": 1, "vocabulary": 3}', "not a whole"),
        (
            '{"type": "bpe", "vocab_size": 9, "lowercase": true, "min_count": 1, "library": {}}',
            "is not a whole tokenizer file of type 'bpe'",
        ),
        ('{"type": "char", "lowercase": false, "vocabulary": ["<pad>", "<unk>"]}', "was never trained"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path, content, message):
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(SettingError, match=rf"^tokenizer.path=.*{message}"):
        SavedTokenizer(tmp_path)
