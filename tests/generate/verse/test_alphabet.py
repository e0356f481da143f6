import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.verse.alphabet import Alphabet, Place
from rnnlab.tokenizer import BpeTokenizer, CharTokenizer


def written(alphabet, mask):
    return {character for character, free in zip(alphabet.characters, mask, strict=True) if free}


def test_what_may_be_written(letters):
    alphabet = Alphabet(letters, "sonnet", Decoding())
    masks = alphabet.masks(last=False)
    assert masks.shape == (len(Place), letters.vocab_size)
    assert "a" not in written(alphabet, masks[Place.START])
    assert written(alphabet, masks[Place.DONE]) == {"\n"}
    assert written(alphabet, masks[Place.MARK]) == {" "}
    assert "\n" in written(alphabet, masks[Place.FULL])
    assert not {"\n", "A", "1"} & written(alphabet, masks[Place.OPEN])
    assert all(row.any() for row in masks)
    assert not masks[:, :2].any(), "padding and the unknown token are never written"


def test_the_last_line_ends_a_sentence(letters):
    alphabet = Alphabet(letters, "sonnet", Decoding())
    full = written(alphabet, alphabet.masks(last=True)[Place.FULL])
    assert {".", "!", "?"} <= full
    assert not {"\n", ","} & full


def test_letters_of_one_case_and_no_marks_are_enough():
    tokenizer = CharTokenizer()
    tokenizer.train(["abcdefghijklmnopqrstuvwxyz \n"])
    alphabet = Alphabet(tokenizer, "sonnet", Decoding())
    assert "a" in written(alphabet, alphabet.masks(last=False)[Place.START])
    assert "\n" in written(alphabet, alphabet.masks(last=True)[Place.FULL])


def test_a_vocabulary_without_lines():
    tokenizer = CharTokenizer()
    tokenizer.train(["abcdefghijklmnopqrstuvwxy "])
    with pytest.raises(SettingError, match=r"--form=sonnet: .* cannot write it: it lacks '\\n', 'z'"):
        Alphabet(tokenizer, "sonnet", Decoding())


def test_a_few_rare_letters_may_lack():
    tokenizer = CharTokenizer()
    tokenizer.train(["abcdefghiklmnoprstuvwy \n"])
    Alphabet(tokenizer, "sonnet", Decoding())
    tokenizer.train(["aeioubcdfghlmnrst \n"])
    with pytest.raises(SettingError, match="it lacks 'j', 'k', 'p', 'q'"):
        Alphabet(tokenizer, "sonnet", Decoding())


def test_tokens_of_several_characters(verses):
    tokenizer = BpeTokenizer(vocab_size=100)
    tokenizer.train([verses])
    with pytest.raises(SettingError, match="--form=sonnet: needs a model of single characters"):
        Alphabet(tokenizer, "sonnet", Decoding())


def test_barred_characters(letters):
    alphabet = Alphabet(letters, "sonnet", Decoding(banned=("e", "!")))
    assert not {"e", "!"} & written(alphabet, alphabet.masks(last=False).any(axis=0))
    with pytest.raises(SettingError, match="--only=xyz: must leave a space"):
        Alphabet(letters, "sonnet", Decoding(only=("x", "y", "z")))


def test_letters_that_go_on_with_a_word(letters):
    alphabet = Alphabet(letters, "sonnet", Decoding(banned=("e",)))
    assert written(alphabet, alphabet.spelling("ae")) == {"a", "'"}
    assert alphabet.spelling("ae") is alphabet.spelling("ae")
