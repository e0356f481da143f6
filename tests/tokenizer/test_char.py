import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rnnlab.tokenizer import CharTokenizer

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


def trained(*texts, lowercase=False):
    tokenizer = CharTokenizer(lowercase)
    tokenizer.train(texts)
    return tokenizer


@given(text=ANY_TEXT)
def test_decoding_gives_back_any_text_of_known_characters(text):
    tokenizer = trained(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@given(text=ANY_TEXT)
def test_lower_casing_comes_before_everything(text):
    tokenizer = trained(text, lowercase=True)
    assert tokenizer.decode(tokenizer.encode(text)) == text.lower()
    assert "".join(tokenizer.split(text)) == text.lower()


def test_the_vocabulary_is_sorted_after_pad_and_unknown():
    tokenizer = trained("ba", "c\n")
    assert tokenizer.vocabulary == ["<pad>", "<unk>", "\n", "a", "b", "c"]
    assert tokenizer.vocab_size == 6
    assert (tokenizer.pad_id, tokenizer.unknown_id) == (0, 1)


def test_an_unknown_character_is_id_1_and_a_pad_is_no_text():
    tokenizer = trained("ab")
    assert tokenizer.encode("axb") == [2, 1, 3]
    assert tokenizer.decode([2, 1, 3, 0, 0]) == "a\ufffdb"


def test_more_texts_than_a_chunk_give_the_same_in_processes():
    texts = [chr(200 + n % 300) for n in range(2500)]
    alone, together = CharTokenizer(), CharTokenizer()
    alone.train(texts)
    together.train(texts, workers=2)
    assert alone.vocabulary == together.vocabulary
    assert alone.vocab_size == 302


def test_it_is_trained_once_it_has_a_symbol():
    assert not CharTokenizer().trained
    assert not trained("").trained
    assert trained("a").trained


@given(text=ANY_TEXT)
def test_decomposed_characters_are_composed_again(text):
    tokenizer = CharTokenizer(decompose=True)
    tokenizer.train([text])
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == unicodedata.normalize("NFC", text)
    assert len(tokenizer.offsets(text)) == len(ids) == len(tokenizer.split(text))
    assert load_content(tokenizer).encode(text) == ids


def load_content(tokenizer):
    return CharTokenizer.from_json(json.loads(json.dumps(tokenizer.to_json())))


def test_a_syllable_that_training_has_not_seen_is_known_by_its_parts():
    tokenizer = CharTokenizer(decompose=True)
    tokenizer.train(["한글", "é"])
    assert tokenizer.unknown_id not in tokenizer.encode("흔")  # of the parts of both
    assert tokenizer.decode(tokenizer.encode("흔")) == "흔"
    assert tokenizer.split("é") == ["e", "\u0301"]
    assert tokenizer.offsets("éa") == [(0, 1), (0, 1), (1, 2)]


def test_a_tokenizer_that_decomposes_nothing_is_saved_as_before():
    assert "decompose" not in CharTokenizer().to_json()
