"""Networks on the meta device."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.run.build.count import VectorSize, _Unset

SCRIPT = """
import sys
from rnnlab.run.build.count import _Unset
import torch
from rnnlab.model.cell_options import CELLS
from rnnlab.model.encoder import RecurrentEncoder
before = set(sys.modules)
with torch.device("meta"), _Unset():
    for cell in CELLS:
        RecurrentEncoder(cell, 8, 64, 2, block="residual", conv_size=4)
found = sorted(name for name in set(sys.modules) - before if name.startswith("torch."))
print([name for name in found if "_dynamo" in name or "_inductor" in name or "_refs" in name])
"""


@pytest.mark.parametrize("cell", CELLS)
def test_a_network_on_meta_has_the_same_parameters_and_no_memory(cell):
    real = RecurrentEncoder(cell, 8, 64, 2, options=CellOptions(), block="residual")
    with torch.device("meta"), _Unset():
        made = RecurrentEncoder(cell, 8, 64, 2, options=CellOptions(), block="residual")
    assert all(weight.is_meta for weight in made.parameters())
    shapes = {name: weight.shape for name, weight in real.named_parameters()}
    assert shapes == {name: weight.shape for name, weight in made.named_parameters()}


@pytest.mark.long
def test_no_cell_makes_torch_import_its_compiler():
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_word_vectors_count_as_they_are_trained():
    assert VectorSize(300, 64).projected(1000) == 1000 * (300 - 64) + 300 * 64
    assert VectorSize(300, None, freeze=True).frozen(1000) == 300_000
    assert (VectorSize(None, None, freeze=True).frozen(1000), VectorSize(None, None).projected(9)) == (0, 0)
