import shlex

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.sweep.outcome.best import experiment_of, write_best
from rnnlab.sweep.outcome.record import read_record

from ..written import CONF

GRU, LSTM = {"model": "gru", "optimizer.lr": 0.01}, {"model": "lstm", "optimizer.lr": 3e-05}


def best_of(made):
    path = write_best(read_record(made.folder))
    return path.read_text() if path else None


def config(overrides, folder=None):
    """A run's whole resolved config but for its places."""
    search = [f"hydra.searchpath=[file://{folder}]"] if folder else []
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("train", overrides=[*overrides, "paths.run_dir=here", *search])
    return OmegaConf.to_container(cfg, resolve=True)


def same_as_file(overrides, made, tmp_path):
    """The config of overrides, and that of best.yaml as an experiment with what its command adds."""
    text = best_of(made)
    (tmp_path / "experiment").mkdir(exist_ok=True)
    name = made.folder.path.name
    (tmp_path / "experiment" / f"{name}.yaml").write_text(text)
    command = text.splitlines()[1].removeprefix("# python train.py ")
    command = shlex.split(command)
    assert command[0] == f"experiment={name}"
    return config(overrides), config(command, tmp_path)


def test_the_file_reads_like_those_of_recorded_results(sweep):
    made = sweep(seeds=2, overrides=("task=tweets", "threads=1"))
    made.try_out(GRU, 0.6, 0.7)
    made.try_out(LSTM, 0.1, 0.2)
    assert best_of(made).splitlines() == [
        "# @package _global_",
        "# python train.py experiment=mine",
        "# From the sweep mine, as conf/experiment/mine.yaml.",
        "# Measured 2023-11-14, the best of 2 settings: val/macro_recall 0.6500 ± 0.6353, "
        "test/macro_recall 0.6400 ± 0.6353.",
        "# Means over the jobs 0, 1, ± half of the 95 % interval; the seed is the first one's.",
        "# Found by: python train.py -m task=tweets sweep=random",
        "defaults:",
        "- override /task: tweets",
        "- override /model: gru",
        "threads: 1",
        "optimizer:",
        "  lr: 0.01",
        "seed: 1",
    ]
    assert [path.name for path in made.folder.path.glob("best*")] == ["best.yaml"]


@pytest.mark.parametrize(
    "overrides",
    [
        ("task=tweets", "trainer.max_epochs=4"),
        ("experiment=tweets_bilstm", "optimizer=muon", "data.batch_size=16"),
        ("task=shakespeare", "trainer.max_time=00:00:05:00", "tokenizer=bpe", "seed=7"),
        (
            "task=tweets",
            "data.classes=[bad,good]",
            "+trainer.foo=1e-3",
            "++a.b.c='8'",
            "model={dropout: 0.1}",
        ),
        ("task=tweets", "debug=fast", "callback=swa", "embedding=word2vec_skipgram"),
        ("task=imdb", "~trainer.gradient_clip_val", "text.steps.slang=false"),
    ],
)
def test_it_composes_to_exactly_the_config_of_the_best_job(sweep, tmp_path, overrides):
    made = sweep(overrides=overrides)
    made.try_out(GRU, 0.1)
    made.try_out(LSTM, 0.6)
    job, file = same_as_file([*overrides, "model=lstm", "optimizer.lr=3e-05"], made, tmp_path)
    assert file == job
    assert job["optimizer"]["lr"] == 3e-05


def test_what_was_done_about_the_lack_of_memory_is_kept(sweep):
    made = sweep(overrides=("task=tweets",))
    number = made.ledger.open_trial("worker", 4)
    jobs = [{"overrides": ["model=gru"], "values": {"model": "gru"}}]
    row = made.ledger.fill_trial("worker", number, jobs)
    note = "memory: tried again with data.batch_size=16"
    made.ledger.end("worker", row, "waiting", more=("data.batch_size=16",), note=note, failed=True)
    made.ledger.end("worker", made.ledger.claim("worker"), "finished", objective=(0.5,))
    text = best_of(made)
    assert "batch_size: 16" in text
    assert f"# {note}" in text


def test_where_and_how_jobs_run_is_left_out():
    overrides = ["sweep=tpe", "launcher.workers=2", "paths.output_dir=x", "hydra.verbose=true", "seed=3"]
    made = experiment_of(overrides, CONF)
    assert (made.values, made.groups, made.rest) == ({"seed": 3}, {}, [])


def test_the_first_goal_chooses_from_the_front(sweep):
    made = sweep(metrics=("val/macro_recall", "parameters"), directions=("maximize", "minimize"))
    made.try_out(GRU, (0.6, 10.0))
    made.try_out(LSTM, (0.7, 20.0))
    text = best_of(made)
    assert "override /model: lstm" in text
    assert "of the Pareto front the best by the first" in text


def test_nothing_is_written_where_nothing_has_finished_or_no_config_was_frozen(sweep, older):
    made = sweep()
    made.try_out(GRU, "pruned")
    assert best_of(made) is None
    assert write_best(read_record(older([{"metrics": {"val/loss": 1.0}}]))) is None
