"""Which inputs of a row the last answer of a probe depends on."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import torch

from rnnlab.cli import main
from rnnlab.data.probe.base import ProbeRows
from rnnlab.explain.outcome import NumberAim
from rnnlab.kinds.probing.explainer import LastAnswer, drops, replacements
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.step_network import StepNetwork

SMALL = [
    *("task=probe", "model=gru", "model.hidden_size=8", "model.embedding_size=6", "trainer.max_epochs=-1"),
    *("data.validate_every=10", "data.validation_rows=20", "data.test_rows=12", "data.batch_size=8"),
    *("trainer.max_steps=10", "report=false"),
]


@pytest.fixture(scope="module")
def runs(train_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained")
    parity = [*SMALL, "data.longest=8", "data.test_lengths=[8]"]
    return {
        "parity": train_run(folder / "parity", *parity),
        "adding": train_run(folder / "adding", *SMALL, "probe=adding"),
    }


@pytest.fixture
def explained(capsys):
    """explained(run, *typed) -> what `rnnlab explain --json` says."""

    def call(run, *typed):
        capsys.readouterr()
        assert main(["explain", str(run), *typed, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return call


def test_every_method_scores_each_input_of_a_typed_row(runs, explained):
    found = explained(runs["parity"], "1 0 1 1", "--method", "all")
    assert found["tokens"] == ["1", "0", "1", "1"]
    assert [found["text"][start:end] for start, end in found["spans"]] == found["tokens"]
    by_method = {one["method"]: one for one in found["explanations"]}
    assert list(by_method) == ["gradients", "occlusion", "memory"]
    assert all(len(one["scores"]) == 4 for one in by_method.values())
    moved = by_method["gradients"]["outcome"] - by_method["gradients"]["baseline_outcome"]
    assert sum(by_method["gradients"]["scores"]) == pytest.approx(moved, abs=1e-3)
    assert min(by_method["memory"]["scores"]) > 0
    assert sum(found["answers"].values()) == pytest.approx(1)
    assert [one["name"] for one in found["gates"]][:2] == ["layer 1, reset gate", "layer 1, update gate"]


def test_the_two_answers_of_parity_have_opposite_scores(runs, explained):
    one, other = (
        explained(runs["parity"], "1 0 1", "--method", "gradients", "--class", name)["explanations"][0]
        for name in ("even", "odd")
    )
    assert one["scores"] == pytest.approx([-score for score in other["scores"]], abs=1e-5)
    assert one["probability"] + other["probability"] == pytest.approx(1)


def test_a_test_row_is_chosen_by_its_number_also_one_of_values(runs, explained):
    assert len(explained(runs["parity"], "--row", "3")["tokens"]) == 8
    found = explained(runs["adding"], "--row", "0", "--method", "all")
    assert all("," in token for token in found["tokens"])
    one = found["explanations"][0]
    assert one["quantity"] == "the answer"
    assert sum(one["scores"]) == pytest.approx(one["outcome"] - one["baseline_outcome"], abs=1e-3)
    assert found["gates"] == []


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("parity", ["1 2"], "TEXT=1 2: 2 is no token of this probe"),
        ("parity", ["1 0", "--class", "x"], "--class=x: must be an answer of this probe"),
        ("parity", ["--row", "12"], "--row=12: must be a test row, 0 to 11"),
        ("parity", ["1 0", "--row", "1"], "must be given, or else a probe's --row, not both"),
        ("parity", [], "must be given, or else a probe's --row, not both"),
        ("parity", ["1 0", "--method", "units"], "rows of a probe have none of the properties"),
        ("adding", ["[[1"], "must be JSON, a list of steps, each a list of 2 numbers"),
        ("adding", ["--row", "0", "--class", "1"], "is for answers that are classes: this is a number"),
    ],
)
def test_what_cannot_be_explained_is_said(runs, capsys, name, typed, message):
    assert main(["explain", str(runs[name]), *typed]) == 2
    assert message in capsys.readouterr().err


def test_an_input_that_decides_alone_has_the_whole_drop():
    def network(rows, lengths):
        return rows[:, 1:2].float()  # the second of the inputs is the answer

    inputs, others = torch.tensor([5, 9, 5]), torch.tensor([[1, 1, 1], [3, 3, 3]])
    assert drops(network, inputs, others, NumberAim()).tolist() == [0, 9 - 2, 0]


def test_replacements_are_inputs_of_other_rows_at_the_same_step():
    inputs = torch.tensor([[1, 2, 0], [1, 2, 3]])
    rows = ProbeRows(inputs, torch.tensor([2, 3]), inputs)
    found = replacements(rows, 5)
    assert found.shape == (8, 5)
    assert [set(column.tolist()) for column in found.T[:3]] == [{1}, {2}, {3}]
    assert set(found[:, 3:].flatten().tolist()) <= {1, 2, 3}


def test_the_last_answer_is_that_of_the_network():
    torch.manual_seed(0)
    network = StepNetwork(RecurrentEncoder("lstm", 4, 6), 4, 3, vocab_size=5).eval()
    inputs = torch.randint(1, 5, (2, 7))
    torch.testing.assert_close(LastAnswer(network)(inputs, SimpleNamespace()), network(inputs)[:, -1])
