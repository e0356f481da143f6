"""The embedding matrix out of a checkpoint."""

import numpy as np
import pytest
import torch

from rnnlab.commands.words.trained_vectors import matrix_of, unit
from rnnlab.errors import SettingError


def test_the_matrix_is_that_of_the_best_checkpoint(make_run):
    weight = torch.randn(10, 4)
    np.testing.assert_array_equal(matrix_of(make_run(weight=weight)), weight.numpy())
    half = matrix_of(make_run("half", weight=weight.half()))
    assert half.dtype == np.float32


def test_of_an_ensemble_it_is_the_first_members(make_run):
    folder = make_run()
    names = [f"network.members.{number}.embedding.vectors.weight" for number in (1, 0)]
    torch.save({"state_dict": {name: torch.full((3, 2), float(name[16])) for name in names}}, folder.best)
    assert matrix_of(folder).max() == 0


def test_what_is_missing_is_said(make_run):
    folder = make_run()
    torch.save({"state_dict": {"network.head.weight": torch.zeros(1)}}, folder.best)
    with pytest.raises(SettingError, match="has no embedding of tokens"):
        matrix_of(folder)
    folder.best.write_bytes(b"broken")
    with pytest.raises(SettingError, match=r"its checkpoints/best\.ckpt cannot be read"):
        matrix_of(folder)
    folder.best.unlink()
    with pytest.raises(SettingError, match=r"has no checkpoints/best\.ckpt"):
        matrix_of(folder)


def test_unit_rows_have_length_1_and_zeros_stay():
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]
