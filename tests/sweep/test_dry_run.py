"""What a dry run says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rnnlab.sweep.command import read_line

CONFIG_DIR = Path(__file__).parents[2] / "conf"


def told(capsys: pytest.CaptureFixture[str], outputs: Path, *typed: str) -> str:
    with pytest.raises(SystemExit) as stop:
        read_line(["-m", *typed, "sweep.dry_run=true", f"paths.output_dir={outputs}"], CONFIG_DIR)
    assert stop.value.code == 0
    return capsys.readouterr().out


def test_a_long_grid_shows_both_ends_and_counts_all(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = tmp_path / "tweets" / "gru" / "a"
    run.mkdir(parents=True)
    result = {"status": "finished", "task": "tweets", "seconds": 30.0, "model": {"name": "gru"}}
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    typed = ["model.hidden_size=8,16", "seed=range(30)", "sweep.seeds=1", "launcher.workers=3"]
    lines = told(capsys, tmp_path, "task=tweets", "model=gru", *typed).splitlines()
    jobs = [line.split("|")[1:-1] for line in lines if line.startswith("| ")]
    assert [row[0].strip() for row in jobs] == ["job", *map(str, range(10)), "...", *map(str, range(50, 60))]
    assert jobs[1][1].strip() == "8"
    assert jobs[-1][1].strip() == "16"
    sizes = [int(row[-1].replace(",", "")) for row in (jobs[1], jobs[-1])]
    assert 30_000 * 128 < sizes[0] < sizes[1]
    assert "vocabulary: 30,000 tokens, the most that the tokenizer may have; fewer if the text has" in lines
    assert "60 jobs on 3 workers, launcher local" in lines
    assert "time: about 30.0 s a job, by the median of earlier runs of tweets; 10 min 00 s for all" in lines
    assert lines[-1] == "nothing was started"
    assert [path.name for path in tmp_path.iterdir()] == ["tweets"]


def test_groups_show_their_list_of_settings_and_both_counts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    typed = ["experiment=atlas", "model=lstm,gru", "probe=parity,s3", "sweep.trials=3"]
    lines = told(capsys, tmp_path, *typed, "sweep.confirm_seeds=2").splitlines()
    place = lines.index("4 groups by model, probe, each tuned with the same list of settings:")
    assert lines[place + 1].startswith("  0: optimizer.lr=0.00")
    assert "optimizer.weight_decay=" in lines[place + 3]
    assert lines[place + 4 :][:5] == [
        "trainings that tune have trainer.max_steps=300",
        "then the best of each with the seeds 2 to 3",
        "a group's tuning ends once 3 settings reach 0.9995",
        "12 jobs of tuning and 8 with fresh seeds",
        "20 jobs on 2 workers, launcher local",
    ]


def test_the_atlas_matched_by_state_tries_the_same_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lists = []
    for experiment in ("atlas", "atlas_state"):
        typed = [f"experiment={experiment}", "model=lstm,window_attention", "probe=parity"]
        lines = told(capsys, tmp_path, *typed, "sweep.trials=3").splitlines()
        assert "6 jobs of tuning and 10 with fresh seeds" in lines
        lists.append([line.partition(" model.attention_window")[0] for line in lines if line[:3] == "  0"])
    assert lists[0] == lists[1] != []
    alone = told(capsys, tmp_path, "experiment=atlas_state", "model=lstm", "probe=parity", "sweep.trials=3")
    assert "3 jobs of tuning and 5 with fresh seeds" in alone.splitlines()


def test_a_search_shows_its_space_and_the_range_of_sizes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    space = "sweep.space={model:[gru,lstm],model.num_layers:{low:1,high:2,int:true,when:'model == lstm'}}"
    typed = ["task=shakespeare", "sweep=asha", "sweep.trials=7", "sweep.seeds=2", space]
    lines = told(capsys, tmp_path, *typed, "sweep.first=[{model:gru}]", "sweep.timeout=1h").splitlines()
    assert lines[:4] == [
        "random over 2 settings:",
        "  model: gru, lstm",
        "  model.num_layers: 1 to 2, when model == lstm",
        "  first: {'model': 'gru'}",
    ]
    low, high = (int(word.replace(",", "")) for word in lines[4].removeprefix("parameters: ").split(" to "))
    assert low < high
    assert "14 jobs on 1 worker, launcher local" in lines
    assert "time: no earlier run of shakespeare to judge by" in lines
