"""A run's folder, opened: what it predicts is what its test predicted, wherever the folder lies."""

import json
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.sweep.best_run import open_run


def left_by(run):
    """Texts and probabilities (N, C) that the run's own test left, at the run's temperature."""
    table = pq.read_table(run.folder.predictions).to_pydict()
    powers = np.array([table[f"probability_{name}"] for name in run.classes]).T ** (1 / run.temperature)
    return table["text"], powers / powers.sum(1, keepdims=True)


def test_predictions_are_those_of_the_runs_test(classifier_run):
    run = open_run(classifier_run)
    texts, expected = left_by(run)
    assert (run.kind, run.classes, run.task) == ("classification", ("negative", "positive"), "imdb")
    np.testing.assert_allclose(run.probabilities(texts), expected, atol=1e-6)
    first = run.predict(texts[0])[0]
    assert first.label == run.classes[expected[0].argmax()]
    assert (
        first.probability == max(first.probabilities.values()) == pytest.approx(expected[0].max(), abs=1e-6)
    )


def test_a_copied_folder_opens_from_anywhere(classifier_run, tmp_path, monkeypatch):
    copied = tmp_path / "elsewhere" / "mine"
    shutil.copytree(classifier_run, copied)
    monkeypatch.chdir(tmp_path)
    texts = ["the plot was not good", "the cast was fine"]
    here = open_run("elsewhere/mine").probabilities(texts)
    assert np.array_equal(here, open_run(classifier_run).probabilities(texts))


def test_opening_draws_no_random_numbers(classifier_run):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    assert not open_run(classifier_run).network.training
    assert torch.equal(before, torch.get_rng_state())


def test_strange_texts_get_probabilities(classifier_run):
    texts = ["", " ", "\0", "😂" * 50, "good " * 5000, "a\nb"]
    found = open_run(classifier_run).probabilities(texts)
    np.testing.assert_allclose(found.sum(1), 1)
    assert found.shape == (6, 2)


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_padding_prior_temperature_and_members(train_run, tmp_path, padding):
    few = ["data.train_rows=200", "data.validation_rows=60", "data.test_rows=60", f"data.padding={padding}"]
    more = ["model.members=2", "task.prior=[0.3,0.7]", "task.class_weights=[1,3]", "task.calibrate=true"]
    small = ["model.embedding_size=8", "model.hidden_size=6", "embedding.projection=5", "embedding.scale=0.1"]
    folder = train_run(tmp_path / "run", "task=imdb", "data=synthetic", "model=gru", *few, *more, *small)
    result = json.loads((folder / "result.json").read_text())
    assert result["metrics"]["temperature"] == 1.0  # 60 validation rows are too few to choose another
    result["metrics"]["temperature"] = 1.7
    (folder / "result.json").write_text(json.dumps(result))
    run = open_run(folder)
    texts, expected = left_by(run)
    assert run.temperature == 1.7
    np.testing.assert_allclose(run.probabilities(texts), expected, atol=1e-5)


def test_whole_texts_are_read_where_the_run_tested_them_whole(train_run, tmp_path):
    path = tmp_path / "texts.csv"
    rows = [f"{'plot ' * (n % 9)}{'good' if n % 2 else 'bad'} {n},{n % 2}" for n in range(90)]
    path.write_text("\n".join(["text,label", *rows]))
    small = ["model.embedding_size=8", "model.hidden_size=6", "data.max_length=3", "tokenizer.min_count=1"]
    choices = ["task=classification", "data=csv", f"data.files.train='{path}'", *small]
    run = open_run(train_run(tmp_path / "run", *choices, "data.evaluation_length=20"))
    texts, expected = left_by(run)
    assert max(map(len, run.encode(texts))) > 3
    np.testing.assert_allclose(run.probabilities(texts), expected, atol=1e-5)


def test_a_language_model_opens_and_predicts_no_classes(language_run):
    run = open_run(language_run)
    assert (run.kind, run.classes) == ("language_modeling", ())
    logits, _ = run.network(torch.tensor([run.encode(["(("])[0]]))
    assert logits.shape[-1] == run.tokenizer.vocab_size
    with pytest.raises(SettingError, match="is a language model's: it has no rnnlab predict"):
        run.predict("((")


def test_data_are_those_of_the_training(classifier_run):
    run = open_run(classifier_run)
    assert run.data().split_texts("test") == left_by(run)[0]


def copied(run, tmp_path):
    return shutil.copytree(run, tmp_path / "run")


def test_a_run_without_weights_says_so(classifier_run, tmp_path):
    folder = copied(classifier_run, tmp_path)
    shutil.rmtree(folder / "checkpoints")
    with pytest.raises(SettingError, match="ended before its first checkpoint"):
        _ = open_run(folder).network


def test_a_broken_checkpoint_says_so(classifier_run, tmp_path):
    folder = copied(classifier_run, tmp_path)
    (folder / "checkpoints" / "best.ckpt").write_bytes(b"not a checkpoint")
    with pytest.raises(SettingError, match=r"best\.ckpt cannot be read"):
        _ = open_run(folder).network


def test_weights_of_another_version_name_it(classifier_run, tmp_path):
    folder = copied(classifier_run, tmp_path)
    path = folder / "checkpoints" / "best.ckpt"
    content = torch.load(path, weights_only=True)
    content["state_dict"]["network.older.weight"] = content["state_dict"].pop("network.head.weight")
    torch.save(content, path)
    with pytest.raises(SettingError, match=r"do not fit .*older\.weight.*rnnlab 0\.1\.0"):
        _ = open_run(folder).network


def test_changed_data_are_refused(classifier_run, tmp_path):
    folder = copied(classifier_run, tmp_path)
    text = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(text.replace("train_rows: 400", "train_rows: 300"))
    with pytest.raises(SettingError, match="have changed since"):
        open_run(folder).data()


def test_a_device_that_is_not_there(classifier_run):
    with pytest.raises(SettingError, match="cannot be used"):
        _ = open_run(classifier_run, device="cuda:7").network
