"""The measures of text to text equal those of sacrebleu, rouge-score and rapidfuzz, and values by hand."""

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from rouge_score.rouge_scorer import RougeScorer

from rnnlab.errors import SettingError, UserError
from rnnlab.evaluation.sequence.measures import (
    MEASURES,
    corpus_scores,
    row_scores,
    scores,
    signatures,
    statistics,
)
from rnnlab.evaluation.sequence.pairs import Written

REFERENCES = [
    "Ein Mann mit einem orangefarbenen Hut, der etwas anstarrt.",
    "Ein Boston Terrier läuft über saftig-grünes Gras vor einem weißen Zaun.",
    "Fünf Leute in Winterjacken und mit Helmen stehen im Schnee.",
    "Leute Reparieren das Dach eines Hauses.",
    "",
]
OUTPUTS = [
    "Ein Mann mit Hut starrt etwas an.",
    "ein Hund läuft über grünes Gras vor einem weißen Zaun .",
    "Fünf Leute stehen im Schnee, Schnee, Schnee und mit Helmen.",
    "Leute reparieren das Dach eines Hauses.",
    "Etwas",
]
TEXTS = st.lists(
    st.sampled_from(["der", "Der", "Hund", "läuft", ",", ".", "x", "don't", "3.5", "日本"]), max_size=8
)
PAIRS = st.lists(st.tuples(TEXTS.map(" ".join), TEXTS.map(" ".join)), min_size=1, max_size=6)


def of(name, outputs=OUTPUTS, references=REFERENCES, **more):
    return corpus_scores([name], references, references, outputs, **more)[name]


def peer(name, outputs, references):
    """The same score, computed by the library that is known for it."""
    scorers = {
        "bleu": lambda: sacrebleu.corpus_bleu(outputs, [references]),
        "bleu_lowercase": lambda: sacrebleu.corpus_bleu(outputs, [references], lowercase=True),
        "chrf": lambda: sacrebleu.corpus_chrf(outputs, [references]),
        "ter": lambda: sacrebleu.corpus_ter(outputs, [references]),
    }
    return scorers[name]().score


@pytest.mark.parametrize("name", ["bleu", "bleu_lowercase", "chrf", "ter"])
def test_a_corpus_score_is_sacrebleus_to_the_last_digit(name):
    assert of(name) == peer(name, OUTPUTS, REFERENCES)


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS)
def test_any_texts_get_sacrebleus_score(pairs):
    outputs, references = map(list, zip(*pairs, strict=True))
    for name in ("bleu", "bleu_lowercase", "chrf", "ter"):
        assert of(name, outputs, references) == peer(name, outputs, references)


@pytest.mark.parametrize("name", ["rouge1", "rouge2", "rougeL"])
def test_rouge_is_rouge_scores_mean_without_stemming(name):
    scorer = RougeScorer([name], use_stemmer=False)
    each = [scorer.score(r, o)[name].fmeasure for r, o in zip(REFERENCES, OUTPUTS, strict=True)]
    assert of(name) == pytest.approx(100 * sum(each) / len(each), rel=1e-12)
    assert of("rouge1", ["he walks"], ["he walked"]) == 50  # a stemmer would make it 100


def test_character_edits_are_rapidfuzzs():
    edits = [Levenshtein.distance(o, r) for o, r in zip(OUTPUTS, REFERENCES, strict=True)]
    assert of("edit_distance") == sum(edits) / 5
    assert of("character_error_rate") == pytest.approx(100 * sum(edits) / sum(map(len, REFERENCES)))


@pytest.mark.parametrize(
    ("name", "outputs", "references", "expected"),
    [
        ("exact_match", ["h a s", "a b", "c"], ["h a s", "a c", "c"], 2 / 3),
        ("word_error_rate", ["h a s", "a b", "c"], ["h a s", "a c", "c"], 100 / 3),
        # one substitution and one insertion against 3 + 2 phonemes
        ("token_error_rate", ["h a z", "a b c"], ["h a s", "a b"], 40.0),
        ("length_ratio", ["a b", "c"], ["a b c", "d e f"], 0.5),
        # (a b a), (b a b), (a b a), (b a b): two of four came before
        ("repetition", ["a b a b a b", "a b"], ["", ""], 0.5),
        ("character_error_rate", ["ab"], [""], 100.0),
        ("character_error_rate", [""], [""], 0.0),
        ("ter", ["b a"], ["a b"], 50.0),  # one shift
        ("length_ratio", [""], [""], 0.0),
    ],
)
def test_values_by_hand(name, outputs, references, expected):
    assert of(name, outputs, references) == pytest.approx(expected)


def test_tokens_are_split_as_asked():
    assert of("token_error_rate", ["abd"], ["abc"], tokens_of=list) == pytest.approx(100 / 3)


def test_a_text_that_is_right_scores_best():
    names = [name for name in MEASURES if not name.startswith("similarity") and name != "repetition"]
    best = {name: 0 if MEASURES[name].lower_is_better else 100 for name in names}
    best |= {"exact_match": 1, "length_ratio": 1}
    texts = ["the cat sat on the mat", "it rained all day long"]
    assert corpus_scores(names, texts, texts, texts) == pytest.approx(best)


def test_similarity_is_the_cosine_of_the_embedding_it_is_given():
    vectors = {"a": [1.0, 0.0], "b": [0.0, 1.0], "ab": [1.0, 1.0]}
    embeds = {"similarity_train_vectors": lambda texts: np.array([vectors[text] for text in texts])}
    found = of("similarity_train_vectors", ["a", "a", "ab"], ["a", "b", "b"], embeds=embeds)
    assert found == pytest.approx((1 + 0 + 0.5**0.5) / 3)
    with pytest.raises(SettingError, match="needs an embedding of texts"):
        of("similarity_train_vectors")


def test_statistics_of_some_rows_give_the_scores_of_these_rows():
    names = ["bleu", "chrf", "ter", "rougeL", "character_error_rate"]
    found = statistics(names, Written(REFERENCES, REFERENCES, OUTPUTS))
    part = {name: values[:3] for name, values in found.items()}
    assert scores(part) == corpus_scores(names, REFERENCES[:3], REFERENCES[:3], OUTPUTS[:3])
    rows = row_scores("chrf", found["chrf"])
    assert rows[1] == pytest.approx(sacrebleu.sentence_chrf(OUTPUTS[1], [REFERENCES[1]]).score)


def test_signatures_are_sacrebleus():
    scorer = sacrebleu.BLEU()
    scorer.corpus_score(OUTPUTS, [REFERENCES])
    found = signatures(["bleu", "ter", "rouge1", "exact_match"])
    assert found["bleu"] == str(scorer.get_signature())
    assert "tok:13a" in found["bleu"]
    assert "case:mixed" in found["bleu"]
    assert found["rouge1"].endswith("no stemming")
    assert "exact_match" not in found


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((["a"], ["a", "b"], ["a"]), "1 sources, 2 references and 1 outputs"),
        (([], [], []), "0 sources, 0 references and 0 outputs"),
    ],
)
def test_rows_that_do_not_belong_together_are_refused(texts, said):
    with pytest.raises(UserError, match=said):
        Written(*texts)


def test_an_unknown_measure_names_the_nearest():
    with pytest.raises(SettingError, match="did you mean rougeL"):
        corpus_scores(["rougel"], ["a"], ["a"], ["a"])
