"""The page of a text-to-text run: measures with intervals, scores by group, outputs, attention."""

import json

import pytest

from rnnlab.evaluation.sequence.measures import corpus_scores
from rnnlab.kinds.text_to_text.kind import KIND
from rnnlab.kinds.text_to_text.outputs import write_predictions
from rnnlab.kinds.text_to_text.read_outputs import extremes, output_cards
from rnnlab.kinds.text_to_text.texts import Texts
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.write import write_report

SOURCES = [f"a dog {'really ' * (n % 7)}runs {n}" for n in range(40)]
REFERENCES = [f"ein Hund {'echt ' * (n % 7)}rennt {n}" for n in range(40)]
OUTPUTS = [text if n % 3 else text.replace("Hund", "<b>Katze</b>") for n, text in enumerate(REFERENCES)]
NAMES = ("bleu", "chrf", "exact_match")
MAP = {"row": 4, "source": ["a", "dog"], "output": ["Hund", "<end>"], "weights": [[0.1, 0.9], [0.5, 0.5]]}


@pytest.fixture
def files(tmp_path):
    """files(...) -> a finished run's folder."""

    def make(outputs=OUTPUTS, monitor="val/bleu", attention=(MAP,), similarity=()):
        texts = Texts(list(range(40)), SOURCES, REFERENCES, list(outputs), [-1.0] * 40, similarity)
        write_predictions(texts, tmp_path / "predictions.parquet")
        found = corpus_scores(NAMES, SOURCES, REFERENCES, outputs)
        metrics = {"test/loss": 1.25, **{f"test/{name}": value for name, value in found.items()}}
        if similarity:
            metrics["test/similarity_train_vectors"] = sum(similarity) / 40
        judged = {"metrics": {"test/bleu": 3.5}, "judged_by": "test/bleu", "lower_is_better": False}
        result = {"status": "finished", "task": "translation", "model": {"name": "gru"}, "metrics": metrics}
        (tmp_path / "result.json").write_text(json.dumps({**result, "baselines": {"copied source": judged}}))
        (tmp_path / "config.yaml").write_text(f"task: {{name: translation, monitor: {monitor}, mode: max}}")
        (tmp_path / "attention.json").write_text(json.dumps(attention))
        return RunFiles(tmp_path, KIND)

    return make


def test_scores_have_the_run_s_values_and_intervals_around_them(files):
    run = files()
    found = {one.label: one for one in KIND.score_table(run)}
    assert found["BLEU"].value == run.metrics["test/bleu"]
    assert found["BLEU"].low < found["BLEU"].value < found["BLEU"].high
    assert found["loss"].low is None


def test_cards_begin_with_the_monitored_measure(files):
    assert [name for name, _, _ in KIND.cards(files(monitor="val/chrf"))] == ["chrF", "BLEU", "exact match"]


def test_similarity_has_an_interval_from_its_column(files):
    rows = [0.5, 1.0] * 20
    found = {one.label: one for one in KIND.score_table(files(similarity=rows))}
    one = found["similarity (vectors of the train text)"]
    assert 0.5 < one.low < one.value == 0.75 < one.high < 1


def test_the_page_shows_everything_and_no_text_becomes_markup(files, tmp_path):
    run = files()
    text = write_report(run, tmp_path / "page.html").read_text(encoding="utf-8")
    for said in ("nrefs:1|case:mixed", "BLEU by source length", "Worst outputs", "Best outputs", "Attention"):
        assert said in text
    assert "<ins>&lt;b&gt;Katze&lt;/b&gt;</ins>" in text
    assert "<b>Katze" not in text
    assert "dog: 0.900" in text
    assert "3.50" in text  # the copied source beside the BLEU


def test_without_predictions_and_attention_the_values_alone_are_shown(files):
    run = files(attention=())
    (run.path / "predictions.parquet").unlink()
    names = [one.name for one in KIND.sections(run) if one.parts]
    assert names == ["test"]


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing of it"])
def test_a_broken_file_of_predictions_is_none(files, content):
    run = files()
    (run.path / "predictions.parquet").write_bytes(content)
    assert [one.low for one in KIND.score_table(run)] == [None] * 4


def test_single_words_are_grouped_by_their_letters(files, tmp_path):
    run = files()
    words = Texts(
        list(range(40)), [text.replace(" ", "") for text in SOURCES], REFERENCES, OUTPUTS, [-1.0] * 40
    )
    write_predictions(words, tmp_path / "predictions.parquet")
    groups = next(one for one in KIND.sections(run) if one.name == "groups")
    assert "characters in the source" in groups.parts[0].html


def test_the_worst_and_the_best_are_different_rows_the_longest_first():
    texts = Texts([7, 8, 9], ["s"] * 3, ["aaaa", "aaaaaaaa", "bb"], ["aaaa", "aaaaaaaa", "x"], [0.0] * 3)
    worst, best = extremes(texts, most=2)
    assert worst == [2]
    assert best == [1]
    assert "row 10" in output_cards(texts, worst)
    assert output_cards(texts, []) == ""
