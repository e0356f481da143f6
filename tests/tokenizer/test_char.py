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
