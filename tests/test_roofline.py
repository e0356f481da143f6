"""scripts/benchmark_roofline.py: what is counted, against numbers worked out by hand, and its rows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from rnnlab.kinds.lookup import known_kinds
from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.make_layer import make_layer

ROOT = Path(__file__).parents[1]
MADE_UP = (1e10, 1e9, 1e-5)  # of a machine: products and bytes a second, seconds of a call


@pytest.fixture(autouse=True)
def _scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    yield
    for name in [name for name in sys.modules if name.startswith(("roofline", "benchmark_roofline"))]:
        del sys.modules[name]


@pytest.fixture
def peaks():
    from roofline.machine import Peaks

    return Peaks(*MADE_UP)


def test_a_linear_map_is_three_products():
    from roofline.counts import counted

    layer, inputs = nn.Linear(3, 5), torch.ones(4, 3, requires_grad=True)
    assert counted(lambda: layer(inputs).sum().backward()).flops == 3 * 2 * 4 * 3 * 5


@pytest.mark.parametrize(
    ("cell", "flops"),
    [
        ("lstm", 3 * 2 * 5 * 2 * (4 * 8) * (8 + 8)),
        ("gru", 3 * 2 * 5 * 2 * (3 * 8) * (8 + 8) - 2 * 2 * (3 * 8) * 8),  # the empty state has no gradient
        ("layernorm_lstm", 3 * 2 * 5 * 2 * (4 * 8) * (8 + 8) - 2 * 2 * (4 * 8) * 8),
    ],
)
def test_a_layer_is_three_times_its_products_forward(cell, flops):
    from roofline.cells import make_pass
    from roofline.counts import counted

    run, _ = make_pass(make_layer(cell, 8, 8, CellOptions()), length=5, batch=2)
    run()
    assert counted(run).flops == flops


def test_triangular_systems_and_attention_are_counted():
    from roofline.counts import counted

    matrix, sides = torch.eye(4).expand(3, 4, 4), torch.ones(3, 4, 2)
    solve = counted(lambda: torch.linalg.solve_triangular(matrix, sides, upper=False))
    assert solve.flops == 3 * 4 * 4 * 2
    query, key = torch.ones(2, 3, 5, 8), torch.ones(2, 3, 7, 8)
    attend = counted(lambda: nn.functional.scaled_dot_product_attention(query, key, key))
    assert attend.flops == 2 * (2 * 3) * 5 * 7 * (8 + 8)


def test_calls_in_compiled_loops_are_counted_and_threads_come_back():
    from roofline.cells import make_pass
    from roofline.counts import counted

    threads = torch.get_num_threads()
    short, long = (make_pass(make_layer("slstm", 8, 8, CellOptions()), length, 2)[0] for length in (4, 8))
    for run in (short, long, short, long):
        run()
    assert counted(long).calls - counted(short).calls > 4 * 20
    assert torch.get_num_threads() == threads


def test_the_bytes_of_a_layer_and_of_a_step():
    from roofline.counts import activations, layer_bytes, step_bytes

    layer = make_layer("lstm", 8, 8, CellOptions())
    inputs = torch.ones(5, 2, 8)
    weights = 2 * (32 * 8) + 2 * 32
    assert layer_bytes(layer, inputs, layer(inputs).outputs) == 2 * 4 * (weights + 2 * 5 * 2 * 8)
    network = nn.Sequential(nn.Embedding(10, 3), nn.Linear(3, 5), nn.Dropout(0.5))
    optimizer = torch.optim.AdamW(network.parameters())
    with activations(network) as found:
        network(torch.tensor([[1, 2]])).sum().backward()
    optimizer.step()
    assert found == [4 * 2 * 3, 4 * 2 * 5]
    vectors, linear = 10 * 3, 3 * 5 + 5
    moved = 4 * (linear + 4 * (vectors + linear) + 2 * 2 * (vectors + linear)) + 2 * sum(found)
    assert step_bytes(network, optimizer, sum(found)) == moved


def test_the_parts_of_a_step_sum_to_the_time_taken(peaks):
    from roofline.rows import Need, Taken, make_row

    row = make_row("a", "", Need(2e9, 1e6, 1000), Taken(0.5, 0.1, 0.1, 0.3), peaks)
    assert row.floor == 0.2
    assert row.seconds == pytest.approx(1.0)
    expected = {"arithmetic": 0.2, "calls": 0.01, "memory": 0.29, "optimizer": 0.1, "data": 0.1}
    assert row.shares == pytest.approx(expected | {"framework": 0.3})
    full = make_row("b", "", Need(2e10, 1e6, 1000), Taken(1.0), peaks)  # twice what the machine can do
    assert full.shares["arithmetic"] == 1
    assert sum(full.shares.values()) == 1
    assert make_row("c", "", Need(1e6, 1e9, 1), Taken(2.0), peaks).floor == 1.0  # its bytes


def test_every_cell_of_conf_has_a_row(peaks, tmp_path):
    from roofline.cells import cell_choices, measure_cells
    from roofline.rows import table, write_json

    choices = cell_choices()
    files = sorted(path.stem for path in (ROOT / "conf" / "model").glob("*.yaml"))
    assert sorted(name for choice in choices for name in choice.files) == files
    assert {choice.cell for choice in choices} == set(CELLS)
    assert set(CELLS) <= {choice.name for choice in choices}
    rows = list(measure_cells(choices, (8, 6, 2), 0.0, peaks))
    assert [row.name for row in rows] == [choice.name for choice in choices]
    assert all(min(row.need) > 0 and row.seconds > row.floor > 0 for row in rows)
    assert table(rows, "cell").count("\n") == len(rows) + 1
    write_json(tmp_path / "made" / "floors.json", {"threads": 1}, {"cells": rows})
    written = json.loads((tmp_path / "made" / "floors.json").read_text())
    assert [row["name"] for row in written["cells"]] == [row.name for row in rows]
    assert written["cells"][0]["shares"] == rows[0].shares


def test_every_kind_has_an_example():
    from roofline.kind_data import EXAMPLES

    assert {kind.name for kind in known_kinds()} == set(EXAMPLES)


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(kind.name for kind in known_kinds()))
def test_every_kind_has_a_row(kind, peaks, tmp_path):
    from roofline.kind_data import choices
    from roofline.kinds import Amounts, measure_kind

    (tmp_path / "run").mkdir()
    row = measure_kind(kind, choices(kind, tmp_path, False, True), Amounts(2, 1), tmp_path / "run", peaks)
    assert row.name == kind
    assert min(row.need) > 0
    assert min(row.taken[:3]) > 0
    assert sum(row.shares.values()) == pytest.approx(1)


def test_made_texts_have_words_of_their_own_and_rows_of_many_lengths():
    from roofline.kind_data import Amount, spelled, texts

    assert len({spelled(number) for number in range(10_000)}) == 10_000
    rows = texts(Amount(500, 20))
    assert rows == texts(Amount(500, 20))
    lengths = sorted(map(len, rows))
    assert lengths[0] < 10 < 18 <= lengths[250] <= 22 < 40 < lengths[-1]


def test_an_unknown_cell_is_refused_with_those_there_are(capsys):
    import benchmark_roofline

    with pytest.raises(SystemExit) as stopped:
        benchmark_roofline.parsed(["--cells", "lstn"])
    assert stopped.value.code == 2
    assert "--cells lstn: unknown; there are awd_lstm, " in capsys.readouterr().err
