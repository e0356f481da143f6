"""A tokenizer of each side of pairs of texts: its marks, its files, and the text it writes."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.tokenizer import (
    BpeTokenizer,
    CharTokenizer,
    PairTokenizer,
    SentenceTokenizer,
    UnigramTokenizer,
    WordTokenizer,
    load,
    save,
)
from rnnlab.tokenizer.joined import detokenised

SOURCES = ["a small cat sat.", "the cat sat, and the dog (a big one) slept.", "a dog slept"]
TARGETS = ["eine kleine Katze saß.", "die Katze saß, und der Hund (ein großer) schlief.", "ein Hund schlief"]


def words():
    return WordTokenizer(lowercase=False, min_count=1)


def apart(source=None, target=None):
    pair = PairTokenizer(source or words(), target or CharTokenizer())
    pair.train(SOURCES, 1, TARGETS)
    return pair


def shared():
    pair = PairTokenizer(words())
    pair.train(SOURCES, 1, TARGETS)
    return pair


def test_the_marks_of_the_target_follow_its_vocabulary():
    pair = apart()
    size = pair.target.vocab_size
    assert (pair.end_id, pair.begin_id, pair.target_size) == (size, size + 1, size + 2)
    assert pair.vocab_size == pair.source.vocab_size + 2 == len(pair.vocabulary)
    assert pair.vocabulary[-2:] == ["<end>", "<begin>"]
    assert not pair.shared


def test_as_a_tokenizer_it_is_that_of_the_source():
    pair, alone = apart(), words()
    alone.train(SOURCES)
    for text in [*SOURCES, "an unknown cat"]:
        assert pair.encode(text) == alone.encode(text)
        assert pair.split(text) == alone.split(text)
        assert pair.offsets(text) == alone.offsets(text)
    assert pair.encode_batch(SOURCES) == alone.encode_batch(SOURCES)
    assert pair.decode(pair.encode(SOURCES[0])) == alone.decode(alone.encode(SOURCES[0]))
    assert pair.trained_on == alone.trained_on is not None


def test_a_shared_vocabulary_is_learned_from_both_sides():
    pair = shared()
    assert pair.shared
    assert {"cat", "Katze"} <= set(pair.vocabulary)
    assert pair.target_size == pair.vocab_size
    assert pair.encode("Katze") == pair.encode_target("Katze") != [1]


def test_separate_vocabularies_are_learned_from_their_own_side():
    pair = apart(target=words())
    assert "Katze" not in pair.source.vocabulary
    assert "cat" not in pair.target.vocabulary


def test_an_error_of_the_target_vocabulary_says_so():
    pair = PairTokenizer(words(), BpeTokenizer(5000))
    with pytest.raises(
        SettingError, match=r"^target_tokenizer.vocab_size=5000: on the target side, the train"
    ):
        pair.train(SOURCES, 1, TARGETS)
    same = PairTokenizer(BpeTokenizer(50), BpeTokenizer(50))
    with pytest.raises(
        SettingError, match=r"^tokenizer.vocab_size=50: on the target side, the training texts"
    ):
        same.train(SOURCES * 9, 1, ["a"])


@pytest.mark.parametrize("make", [apart, shared])
def test_a_copy_that_was_sent_or_saved_gives_the_same(make, tmp_path):
    pair = make()
    save(pair, tmp_path / "tokenizer.json")
    assert json.loads((tmp_path / "tokenizer.json").read_text()) == pair.to_json()
    copies = [load(tmp_path / "tokenizer.json"), pickle.loads(pickle.dumps(pair)), copy.deepcopy(pair)]
    for again in copies:
        assert isinstance(again, PairTokenizer)
        assert again.shared == pair.shared
        assert again.to_json() == pair.to_json()
        assert again.encode_target(TARGETS[1]) == pair.encode_target(TARGETS[1])
    assert pair.to_json()["type"] == pair.settings()["type"] == "pair"


def test_a_file_of_a_pair_of_pairs_is_refused(tmp_path):
    content = shared().to_json()
    (tmp_path / "tokenizer.json").write_text(json.dumps({"type": "pair", "source": content, "target": None}))
    with pytest.raises(ValueError, match=r"holds a tokenizer of type 'pair'; there are: bpe"):
        load(tmp_path / "tokenizer.json")


def test_a_file_that_lacks_a_side_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text(json.dumps({"type": "pair", "source": {"type": "char"}}))
    with pytest.raises(ValueError, match=r"is not a whole tokenizer file of type 'pair'"):
        load(tmp_path / "tokenizer.json")


def test_sentences_are_refused():
    with pytest.raises(SettingError, match=r"^tokenizer=sentence: marks sentences, which text to text does"):
        PairTokenizer(SentenceTokenizer(min_count=1))
    with pytest.raises(SettingError, match=r"^target_tokenizer=sentence: "):
        PairTokenizer(words(), SentenceTokenizer(min_count=1))


def test_a_target_ends_at_its_mark():
    pair = apart()
    ids = pair.encode_target("Katze")
    written = [pair.begin_id, *ids, 0, pair.end_id, *ids]
    assert pair.decode_target(written) == "Katze"
    assert pair.decode_target([pair.end_id]) == pair.decode_target([]) == ""
    with pytest.raises(IndexError):
        pair.decode_target([pair.target_size])


EXACT = [
    apart(target=tokenizer)
    for tokenizer in (
        CharTokenizer(),
        BpeTokenizer(60, lowercase=False, min_count=1, exact=True),
        UnigramTokenizer(30, lowercase=False, min_count=1, exact=True),
    )
]


@given(text=st.text(st.sampled_from("".join(TARGETS)), max_size=40))
def test_subwords_and_characters_are_written_as_they_were(text):
    for pair in EXACT:
        ids = pair.encode_target(text)
        assert 1 in ids or pair.decode_target([*ids, pair.end_id]) == text


def test_own_words_of_a_row_are_written_in_their_place():
    pair = shared()
    size = pair.target_size
    cat, dot = pair.encode_target("cat .")
    assert pair.decode_target([size, cat, size + 1, dot], ["Miezi", "schnurrt"]) == "Miezi cat schnurrt."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a cat , a dog .", "a cat, a dog."),
        ("is it ? yes !", "is it? yes!"),
        ("a dog ( a big one ) slept", "a dog (a big one) slept"),
        ('he said " no " .', 'he said "no".'),
        ("the dog's bone", "the dog's bone"),
        ("plain words", "plain words"),
    ],
)
def test_words_are_joined_as_text_is_written(written, expected):
    assert detokenised(written) == expected
    pair = PairTokenizer(words())
    pair.train([written])
    assert pair.decode_target(pair.encode_target(written)) == expected


def test_text_that_is_tokenised_keeps_its_blanks():
    pair = PairTokenizer(CharTokenizer(), WordTokenizer(False, None, 1, pieces="blanks"))
    pair.train(["abc"], 1, ["aː b ʁʷ , ."])
    assert pair.decode_target(pair.encode_target("aː b ʁʷ , .")) == "aː b ʁʷ , ."
