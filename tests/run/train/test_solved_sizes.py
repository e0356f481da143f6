"""Runs whose network is of a given size: what they write, and how they go on."""

from __future__ import annotations

import yaml

PROBE = ["task=probe", "model=gru", "probe.sizes.laptop.steps=6", "trainer.val_check_interval=3"]
SIZED = [*PROBE, "model.block=residual", "model.parameters=9000"]


def test_the_folder_has_the_sizes_and_a_second_start_keeps_them(launch, caplog):
    code, folder, result = launch(*SIZED)
    assert code == 0
    assert any("parameters, asked 9,000" in line for line in caplog.messages)
    model = yaml.safe_load(folder.config.read_text())["model"]
    assert (model["parameters"], model["encoder"]["hidden_size"]) == (9000, model["hidden_size"])
    assert abs(result["size"]["parameters"] - 9000) <= 180
    assert result["size"]["state_size"] == model["hidden_size"]
    other = [*SIZED[:-1], "model.parameters=9100"]  # the weights of its checkpoint are those of its own sizes
    code, folder, again = launch(*other, folder=folder.path)
    assert (code, again["size"]) == (0, result["size"])
    assert yaml.safe_load(folder.config.read_text())["model"]["hidden_size"] == model["hidden_size"]


def test_a_size_out_of_reach_ends_with_code_2_and_the_nearest(launch, capsys):
    code, _, result = launch(*PROBE, "model.parameters=3")
    assert code == 2
    assert result["error"].startswith("model.parameters=3: no width comes within 2%: the nearest is ")
