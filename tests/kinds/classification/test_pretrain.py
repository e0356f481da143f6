"""A run whose network first learns the words around each place."""

import json
from pathlib import Path

import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.run.config.check import check
from rnnlab.sweep.best_run import open_run

from ...run.conftest import composed

IMDB = ["task=imdb", "pretraining=regions"]
SMALL = ["model.embedding_size=6", "model.hidden_size=5", "tokenizer.min_count=1", "trainer.max_epochs=1"]
STILL = [
    "optimizer.lr=1e-30",
    "optimizer.weight_decay=0",
    "callback=default",
    "trainer.limit_train_batches=1",
]
FEW = ["pretraining.batch_tokens=60", "pretraining.every=2", "pretraining.region=3", "pretraining.epochs=3"]


def files(folder: Path, unlabelled: int = 30) -> list[str]:
    """Reviews on disk, and the settings that name them."""
    for name, count in (("train", 40), ("test", 10), ("unlabelled", unlabelled)):
        start = "good bad" if name == "unlabelled" else "a"
        rows = [
            f"{start} film {n} was {'good' if n % 2 else 'bad'} {name},{'pos' if n % 2 else 'neg'}"
            for n in range(count)
        ]
        (folder / f"{name}.csv").write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    named = [f"data.files.{name}='{folder / name}.csv'" for name in ("train", "test", "unlabelled")]
    return [*named, "data.source=files", "data.classes=[neg,pos]", "data.workers=1"]


def refusal(tmp_path, *overrides):
    with pytest.raises(SettingError) as error:
        check(composed([*IMDB, *overrides], tmp_path / "run"))
    return str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("members", [1, 2])
def test_every_member_starts_from_what_was_learned_and_a_second_run_takes_it_from_the_cache(
    launch, tmp_path, members
):
    given = [*IMDB, *files(tmp_path), *SMALL, *STILL, *FEW, f"model.members={members}"]
    code, _, first = launch(*given, folder=tmp_path / "first")
    assert code == 0
    facts = first["pretraining"]
    assert facts["cached"] is False
    assert facts["texts"] == 36 + 30
    assert len(facts["nats"]["start"]) == 2
    assert sum(facts["nats"]["end"]) < sum(facts["nats"]["start"])
    code, folder, second = launch(*given, "seed=2", folder=tmp_path / "second")
    assert code == 0
    assert second["pretraining"] == {**facts, "cached": True}
    network = open_run(folder.path).network
    weights = torch.load(Path(facts["folder"]) / "weights.pt", weights_only=True)
    for member in getattr(network, "members", [network]):
        own = member.state_dict()
        for name, value in weights.items():
            torch.testing.assert_close(own[name], value)


@pytest.mark.slow
def test_texts_that_validate_or_test_are_not_read(launch, tmp_path):
    named = files(tmp_path)
    (tmp_path / "unlabelled.csv").write_text((tmp_path / "test.csv").read_text() + "\nbad bad bad,pos\n")
    code, folder, result = launch(*IMDB, *named, *SMALL, *STILL, *FEW, folder=tmp_path / "run")
    assert code == 0
    assert result["pretraining"]["texts"] == 36 + 1
    assert json.loads((folder.path / "result.json").read_text())["pretraining"] == result["pretraining"]


def test_it_is_off_and_passes_with_the_models_that_it_suits(tmp_path):
    assert not composed(["task=imdb"], tmp_path / "run").pretraining
    for model in ("bilstm", "gru", "bilstm_attention", "awd_lstm", "minlstm", "hierarchical"):
        sentences = ["tokenizer=sentence"] if model == "hierarchical" else []
        check(composed(["task=imdb", f"model={model}", *sentences], tmp_path / "run"))
        if model != "hierarchical":
            check(composed([*IMDB, f"model={model}"], tmp_path / "run"))


def test_what_it_does_not_go_with_is_refused(tmp_path):
    assert "choose a flat model" in refusal(tmp_path, "model=hierarchical", "tokenizer=sentence")
    assert refusal(tmp_path, "model.num_layers=2").startswith("model.num_layers=2: lets a state read")
    assert refusal(tmp_path, "model.mixing=sum").startswith("model.mixing=sum: lets a state read")
    assert refusal(tmp_path, "model.input_norm=batch").startswith("model.input_norm=batch: lets a state read")
    assert "attention over all states" in refusal(tmp_path, "model=bilstm_self_attention")


@pytest.mark.parametrize(
    "wrong",
    ["region=0", "words=0", "every=0", "window=0", "batch_tokens=null", "epochs=0", "lr=0", "warmup=1"],
)
def test_numbers_out_of_range_are_refused(tmp_path, wrong):
    assert refusal(tmp_path, f"pretraining.{wrong}").startswith(f"pretraining.{wrong}: must be")
