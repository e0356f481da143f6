import json
import subprocess
import sys

import pytest

from rnnlab.errors import SettingError
from rnnlab.tokenizer import BpeTokenizer, ByteBpeTokenizer, UnigramTokenizer, WordPieceTokenizer

CORPUS = [
    "the lower the newer, the widest of the lowest: don't! <url> ",
    "newest lower wide the new low é é ß",
] * 5
KINDS = [BpeTokenizer, ByteBpeTokenizer, WordPieceTokenizer, UnigramTokenizer]
SIZES = {BpeTokenizer: 58, ByteBpeTokenizer: 280, WordPieceTokenizer: 58, UnigramTokenizer: 26}


def trained(kind, **choices):
    tokenizer = kind(SIZES[kind], **choices)
    tokenizer.train(CORPUS)
    return tokenizer


@pytest.mark.parametrize("kind", KINDS)
def test_pad_unknown_and_the_marks_of_the_text_come_first(kind):
    tokenizer = trained(kind)
    assert tokenizer.vocabulary[:3] == ["<pad>", "<unk>", "<url>"]
    assert "<user>" not in tokenizer.vocabulary
    assert tokenizer.vocab_size == SIZES[kind] == len(set(tokenizer.vocabulary))


@pytest.mark.parametrize("kind", [BpeTokenizer, WordPieceTokenizer, UnigramTokenizer])
def test_words_are_read_back_with_a_blank_between_them(kind):
    tokenizer = trained(kind)
    assert tokenizer.decode(tokenizer.encode("The  newest\nlow, don’t!")) == "the newest low , don't !"


@pytest.mark.parametrize("kind", [BpeTokenizer, WordPieceTokenizer, UnigramTokenizer])
def test_an_unknown_character_is_id_1(kind):
    tokenizer = trained(kind)
    assert 1 in tokenizer.encode("☃")
    assert "<unk>" in tokenizer.decode(tokenizer.encode("☃ low"))


def test_a_character_that_is_rare_is_not_learned():
    texts = ["a common é é text text"] * 3 + ["☃"]
    tokenizer = BpeTokenizer(25)
    tokenizer.train(texts)
    assert tokenizer.encode("☃") == [1]
    tokenizer = BpeTokenizer(26, min_count=1)
    tokenizer.train(texts)
    assert tokenizer.encode("☃") != [1]


@pytest.mark.parametrize("kind", KINDS)
def test_case_is_kept_where_it_should_be(kind):
    tokenizer = trained(kind, lowercase=True)
    assert tokenizer.encode("LOW") == tokenizer.encode("low")
    assert trained(kind, lowercase=False).encode("LOW") != trained(kind, lowercase=False).encode("low")


SCRIPT = """
import hashlib, json, sys
from rnnlab.tokenizer import subword
tokenizer = getattr(subword, sys.argv[1])(int(sys.argv[2]))
tokenizer.train(json.loads(sys.argv[3]), None)
print(json.dumps(tokenizer.to_json(), sort_keys=True))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_another_process_learns_the_same(kind):
    command = [sys.executable, "-c", SCRIPT, kind.__name__, str(SIZES[kind]), json.dumps(CORPUS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == trained(kind).to_json()


@pytest.mark.parametrize("kind", KINDS)
def test_an_untrained_one_says_so(kind, tmp_path):
    tokenizer = kind()
    assert not tokenizer.trained
    assert kind.from_json(tokenizer.to_json()).vocabulary == ["<pad>", "<unk>"]
    for use in (tokenizer.encode, tokenizer.offsets, tokenizer.encode_batch):
        with pytest.raises(ValueError, match="tokenizer is not trained"):
            use("a")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"vocab_size": None}, "tokenizer.vocab_size=null: must be a whole number >= 3"),
        ({"vocab_size": 2}, "tokenizer.vocab_size=2: must be a whole number >= 3"),
        ({"min_count": 0}, "tokenizer.min_count=0: must be at least 1"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_settings_out_of_range_are_refused(kind, choices, message):
    with pytest.raises(SettingError, match=message):
        kind(**choices)


def test_the_library_is_imported_when_it_is_needed():
    code = "import sys, rnnlab.tokenizer as t; t.BpeTokenizer(); print('tokenizers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
