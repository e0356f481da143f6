import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnlab.tokenizer import CharTokenizer, WordTokenizer, load, save

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
KINDS = st.sampled_from(
    [
        CharTokenizer(),
        CharTokenizer(lowercase=True),
        WordTokenizer(min_count=1),
        WordTokenizer(False, None, 1),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tokenizer=KINDS, texts=st.lists(ANY_TEXT, max_size=4), other=ANY_TEXT)
def test_loading_gives_the_same_ids_for_any_text(tmp_path, tokenizer, texts, other):
    tokenizer.train(texts)
    save(tokenizer, tmp_path / "tokenizer.json")
    loaded = load(tmp_path / "tokenizer.json")
    assert type(loaded) is type(tokenizer)
    assert loaded.vocabulary == tokenizer.vocabulary
    assert loaded.settings() == tokenizer.settings()
    for text in [*texts, other, "".join(texts) + other]:
        assert loaded.encode(text) == tokenizer.encode(text)
        assert loaded.decode(tokenizer.encode(text)) == tokenizer.decode(tokenizer.encode(text))


def test_the_file_is_one_json_object_that_names_its_type(tmp_path):
    save(WordTokenizer(), tmp_path / "tokenizer.json")
    content = json.loads((tmp_path / "tokenizer.json").read_text())
    assert content["type"] == "word"
    assert content["vocabulary"] == ["<pad>", "<unk>"]
    assert [path.name for path in tmp_path.iterdir()] == ["tokenizer.json"]


@pytest.mark.parametrize("content", ["", "not json", "[]", "{}", "3"])
def test_another_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"other\.json is not a tokenizer file"):
        load(path)


def test_a_type_that_is_not_known_is_refused(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text('{"type": "bigram"}')
    with pytest.raises(
        ValueError, match=r"holds a tokenizer of type 'bigram'; there are: bpe, byte_bpe, char, "
    ):
        load(path)
