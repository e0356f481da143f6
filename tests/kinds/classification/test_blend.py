"""A run's n-grams: what they and the network predict together is what the run's test predicted."""

import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest

from rnnlab.cli import main
from rnnlab.errors import SettingError
from rnnlab.runtime import open_model
from rnnlab.sweep.best_run import open_run


@pytest.fixture(scope="module", params=["0", "3"])
def blended_run(train_run, tmp_path_factory, request):
    few = ["data.train_rows=300", "data.validation_rows=80", "data.test_rows=60"]
    more = ["ngrams=naive_bayes", "ngrams.strengths=[0.1,1]", f"ngrams.characters={request.param}"]
    more += ["task.prior=[0.4,0.6]", "model.embedding_size=8", "model.hidden_size=6"]
    folder = tmp_path_factory.mktemp("blended") / "run"
    return train_run(folder, "task=imdb", "data=synthetic", "model=bilstm", *few, *more)


def test_the_blend_is_that_of_the_runs_test(blended_run, tmp_path, monkeypatch):
    shutil.copytree(blended_run, tmp_path / "copied")
    monkeypatch.chdir(tmp_path)
    run = open_run("copied")
    table = pq.read_table(run.folder.predictions).to_pydict()
    expected = np.array([table[f"probability_ensemble_{name}"] for name in run.classes]).T
    np.testing.assert_allclose(run.probabilities(table["text"], ngrams=True), expected, atol=1e-6)
    assert [p.label for p in run.predict(table["text"], ngrams=True)] == table["predicted_ensemble"]
    assert np.abs(run.probabilities(table["text"]) - expected).max() > 1e-3


def test_strange_texts_get_probabilities(blended_run):
    found = open_run(blended_run).probabilities(["", "\0", "😂" * 50, "good " * 900], ngrams=True)
    np.testing.assert_allclose(found.sum(1), 1)


def test_the_command_says_which_it_was(blended_run, tmp_path, capsys):
    texts = ["the plot was good", "the cast was dull"]
    assert main(["predict", str(blended_run), *texts]) == 0
    printed = capsys.readouterr()
    assert "--ngrams adds" in printed.err
    assert main(["predict", str(blended_run), *texts, "--ngrams"]) == 0
    blended = capsys.readouterr()
    assert blended.err == ""
    (tmp_path / "texts.txt").write_text("\n".join(texts))
    assert main(["predict", str(blended_run), "--input", str(tmp_path / "texts.txt"), "--ngrams"]) == 0
    rows = capsys.readouterr().out.splitlines()
    for row, found in zip(rows[1:], open_run(blended_run).predict(texts, ngrams=True), strict=True):
        assert f"{found.probability:.4f}" in blended.out
        assert f"{found.label}," in row


def test_the_exported_model_blends_as_the_run(blended_run, tmp_path):
    assert main(["export", str(blended_run), "--output", str(tmp_path / "model")]) == 0
    run, model = open_run(blended_run), open_model(tmp_path / "model")
    texts = ["the plot was good", "", "the cast was dull " * 9, "😂 never seen"]
    for ngrams in (False, True):
        expected = run.predict(texts, ngrams=ngrams)
        for found in (model.predict_batch(texts, ngrams), [model.predict(text, ngrams) for text in texts]):
            assert [one.label for one in found] == [one.label for one in expected]
            said, right = ([one.probability for one in some] for some in (found, expected))
            np.testing.assert_allclose(said, right, atol=1e-5)
    assert model.predict_batch([], ngrams=True) == []
    assert "ngrams=True" in (tmp_path / "model" / "README.md").read_text()


def test_an_export_without_them_says_so(classifier_run, tmp_path):
    assert main(["export", str(classifier_run), "--output", str(tmp_path / "model")]) == 0
    assert not (tmp_path / "model" / "ngrams.npz").exists()
    with pytest.raises(ValueError, match="train its run with ngrams=naive_bayes"):
        open_model(tmp_path / "model").predict("good", ngrams=True)


def test_a_run_without_them_is_told(classifier_run, blended_run, tmp_path):
    with pytest.raises(SettingError, match="has none: train it with ngrams=naive_bayes"):
        open_run(classifier_run).predict("good", ngrams=True)
    shutil.copytree(blended_run, tmp_path / "older")
    (tmp_path / "older" / "ngrams.npz").unlink()
    with pytest.raises(SettingError, match=r"has no ngrams.npz: train it again"):
        open_run(tmp_path / "older").predict("good", ngrams=True)
