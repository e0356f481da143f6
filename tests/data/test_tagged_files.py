"""Files of tagged sentences: what is read, and what a broken line is told."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rnnlab.data.tagged_files import read_tagged
from rnnlab.data.tagged_sentence import Sentence, TaggedFormat
from rnnlab.errors import SettingError

CONLLU = """\
# sent_id = 1
# text = I don't
1\tI\tI\tPRON\t_\t_\t2\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\t_\t_\t0\troot\t_\t_
3\tn't\tnot\tPART\tRB\t_\t2\tadvmod\t_\t_
3.1\tgone\tgo\tVERB\t_\t_\t_\t_\t_\t_

"""


def read(tmp_path, content, name="a.conll", **settings):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_tagged(path, TaggedFormat(**settings))


def words_and_tags(found):
    return [(one.words, one.tags) for one in found.sentences]


@pytest.mark.parametrize("between", ["\t", " ", "  "])
@pytest.mark.parametrize("blank", ["\n", "\t\n", "  \n", "\n\n\n", "\r\n"])
def test_columns_are_the_first_and_the_last(tmp_path, between, blank):
    lines = [between.join(cells) for cells in (("Ann", "NNP", "B-person"), ("sings", "VBZ", "O"))]
    text = f"{lines[0]}\n{lines[1]}\n{blank}{lines[1]}"
    found = read(tmp_path, text)
    assert words_and_tags(found) == [(["Ann", "sings"], ["B-person", "O"]), (["sings"], ["O"])]
    assert found.sentences[0].lines == [1, 2]
    assert words_and_tags(read(tmp_path, text, tag_column=1))[0][1] == ["NNP", "VBZ"]
    assert words_and_tags(read(tmp_path, text, token_column=-2))[0][0] == ["NNP", "VBZ"]


def test_lines_of_documents_are_no_words_and_no_sentences(tmp_path):
    text = "-DOCSTART- -X- O\n\nAnn NNP B-person\n\n-DOCSTART- -X- O\n\nBob NNP B-person\n"
    assert words_and_tags(read(tmp_path, text)) == [(["Ann"], ["B-person"]), (["Bob"], ["B-person"])]


def test_a_word_may_hold_blanks_where_tabs_stand_between_columns(tmp_path):
    found = read(tmp_path, "New York\tB-place\n \tO\n")
    assert words_and_tags(found) == [(["New York", ""], ["B-place", "O"])]
    assert found.notes == ["1 words of a.conll are blank"]


def test_conllu_has_words_of_the_tree_alone(tmp_path):
    found = read(tmp_path, CONLLU, "a.conllu")
    assert found.sentences == [Sentence(["I", "do", "n't"], ["PRON", "AUX", "PART"], [3, 5, 6])]
    assert words_and_tags(read(tmp_path, CONLLU, "a.conllu", tag_column="deprel"))[0][1][0] == "nsubj"
    assert (
        words_and_tags(read(tmp_path, CONLLU, "a.txt", format="conllu", token_column="lemma"))[0][0][2]
        == "not"
    )


def test_rows_of_json_and_parquet_hold_lists(tmp_path):
    rows = [{"tokens": ["Ann", "sings"], "tags": ["B-person", "O"]}, {"tokens": [], "tags": []}]
    text = "\n\n".join(map(json.dumps, rows))
    expected = [Sentence(["Ann", "sings"], ["B-person", "O"], [1, 1])]
    assert read(tmp_path, text, "a.jsonl").sentences == expected
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert read_tagged(tmp_path / "a.parquet", TaggedFormat()).sentences == expected


def test_the_hubs_numbers_become_their_names(tmp_path):
    features = {"ner_tags": {"feature": {"names": ["O", "B-person"], "_type": "ClassLabel"}, "_type": "List"}}
    table = pa.table({"tokens": [["Ann", "sings"]], "ner_tags": [[1, 0]]})
    said = json.dumps({"info": {"features": features}})
    pq.write_table(table.replace_schema_metadata({"huggingface": said}), tmp_path / "a.parquet")
    for column in ("auto", "ner_tags"):
        found = read_tagged(tmp_path / "a.parquet", TaggedFormat(tag_column=column))
        assert found.sentences[0].tags == ["B-person", "O"]
    rows = read(tmp_path, '{"tokens": ["run"], "upos": ["VERB"]}', "a.jsonl")
    assert rows.sentences[0].tags == ["VERB"]
    with pytest.raises(SettingError, match=r"data.tag_column=tags: no such column"):
        read_tagged(tmp_path / "a.parquet", TaggedFormat(tag_column="tags"))


@pytest.mark.parametrize(
    ("content", "name", "settings", "message"),
    [
        ("a O\nb\n", "a.conll", {}, "line 2 has 1 columns, and the lines before it have 2; data.on_error"),
        ("a O\nb x O\n", "a.conll", {}, "line 2 has 3 columns, and the lines before it have 2"),
        ("a\n", "a.conll", {}, "line 1 has 1 column: words and tags need one each"),
        ("a\t\n", "a.conll", {}, "line 1 has no tag"),
        (
            "a O\n",
            "a.conll",
            {"tag_column": 2},
            "line 1 has 2 columns, and data.tag_column=2 is none of them",
        ),
        (b"a O\n\xe9 O\n", "a.conll", {}, "line 2 is not utf-8: data.encoding=cp1252 may read it"),
        ("1\ta\ta\tX\n", "a.conllu", {}, "line 1 has 4 columns, and CoNLL-U has 10"),
        (
            '{"tokens": ["a"], "tags": []}',
            "a.jsonl",
            {},
            "line 1 has 1 tokens and 0 tags; data.on_error=skip",
        ),
        ('{"tokens": "a", "tags": ["O"]}', "a.jsonl", {}, "line 1 has tokens that are no list"),
        ('{"tokens": [1], "tags": ["O"]}', "a.jsonl", {}, "line 1 has tokens that are no texts"),
        ('{"tokens": ["a"], "tags": [null]}', "a.jsonl", {}, "line 1 has tags that are no names"),
        ('{"tokens": ["a"]}', "a.jsonl", {}, "line 1 has no tags"),
        ("nonsense", "a.jsonl", {}, "line 1 is not JSON"),
        ("", "a.conll", {}, "has no sentences"),
    ],
)
def test_a_broken_line_is_named(tmp_path, content, name, settings, message):
    with pytest.raises(SettingError) as caught:
        read(tmp_path, content, name, **settings)
    assert message in str(caught.value)
    assert str(caught.value).startswith("data.files=")


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        (
            "a.conllu",
            {"tag_column": "upso"},
            "data.tag_column=upso: no such column in CoNLL-U\ndid you mean upos?",
        ),
        ("a.conll", {"tag_column": "ner"}, "data.tag_column=ner: must be the number of a column, from 0"),
    ],
)
def test_a_wrong_column_is_named(tmp_path, name, settings, message):
    with pytest.raises(SettingError, match=message.replace("?", r"\?").partition("\n")[0]):
        read(tmp_path, "a O\n", name, **settings)


def test_sentences_with_broken_lines_are_left_out_and_counted(tmp_path):
    found = read(tmp_path, "a O\nb\nc O\n\nd O\n\ne\nf\n", on_error="skip")
    assert words_and_tags(found) == [(["d"], ["O"])]
    assert found.broken == [
        "line 2 has 1 columns, and the lines before it have 2",
        "line 7 has 1 columns, and the lines before it have 2",
    ]
    found = read(tmp_path, '{"tokens": ["a"]}\n{"tokens": ["b"], "tags": ["O"]}', "a.jsonl", on_error="skip")
    assert (words_and_tags(found), found.broken) == ([(["b"], ["O"])], ["line 1 has no tags"])
    with pytest.raises(SettingError, match="has no sound sentence"):
        read(tmp_path, "a O\nb\n", on_error="skip")


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"format": "conl"}, "data.format=conl"), ({"on_error": "go"}, "data.on_error=go")],
)
def test_an_unknown_word_is_refused(settings, message):
    with pytest.raises(SettingError, match=message):
        TaggedFormat(**settings)
