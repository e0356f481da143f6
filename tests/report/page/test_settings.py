"""Runs that differ in their seed alone are one setting, and no test metric orders them."""

import json

import yaml

from rnnlab.report.page.compared import settings_table
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.settings import chosen_by, quality_of, settings_of


def change(folder, **values):
    config = yaml.safe_load((folder / "config.yaml").read_text())
    for key, value in values.items():
        part, _, name = key.partition("__")
        config[part][name] = value
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return RunFiles(folder)


def test_seeds_and_paths_make_no_other_setting(make_run):
    runs = [RunFiles(make_run(str(seed), "gru", seed, 0.6)) for seed in (3, 1, 2)]
    (setting,) = settings_of(runs)
    assert [run.result["seed"] for run in setting.runs] == [1, 2, 3]
    assert setting.first.result["seed"] == 1
    assert setting.values == {}
    assert setting.name == "gru"


def test_any_other_choice_does_even_if_it_was_not_typed(make_run):
    runs = [
        change(make_run(str(size)), model__hidden_size=size, model__width=2 * size) for size in (8, 16, 8)[:2]
    ]
    names = [setting.name for setting in settings_of(runs)]
    assert sorted(names) == ["model.hidden_size=16", "model.hidden_size=8"]


def test_a_choice_that_was_typed_for_some_alone_has_its_value_for_all(make_run):
    runs = [change(make_run(name), model__hidden_size=size) for name, size in (("a", 8), ("b", 16))]
    for run, typed in zip(runs, (["task=tweets"], ["model.hidden_size=16", "embedding=glove"]), strict=True):
        result = json.loads((run.path / "result.json").read_text()) | {"overrides": typed}
        (run.path / "result.json").write_text(json.dumps(result))
    names = sorted(setting.name for setting in settings_of([RunFiles(run.path) for run in runs]))
    assert names == [
        "model.hidden_size=16, embedding=glove",
        "model.hidden_size=8, embedding=default",
    ]


def test_validation_orders_and_the_test_does_not(make_run):
    for name, validation, test in (("a", 0.6, 0.9), ("b", 0.7, 0.5)):
        folder = make_run(name, name, 1, validation)
        result = json.loads((folder / "result.json").read_text())
        result["metrics"]["test/accuracy"] = test
        (folder / "result.json").write_text(json.dumps(result))
    settings = settings_of([RunFiles(folder.parent / name) for name in ("a", "b")])
    assert [setting.values["model"] for setting in settings] == ["b", "a"]
    assert chosen_by(settings) == "val/accuracy"
    assert quality_of(settings) == "test/accuracy"


def test_many_choices_are_one_column_so_that_results_are_not_cut_off(make_run):
    runs = [
        change(make_run(f"r{i}"), **{f"model__key{k}": i * (k + 1) + k for k in range(3)}) for i in (1, 2)
    ]
    few = settings_table(settings_of(runs), "test/accuracy")
    assert ">model.<wbr>key0</th>" in few
    for number, run in enumerate(runs):
        result = json.loads((run.path / "result.json").read_text())
        result["overrides"] = [f"choice{k}={number}{k}" for k in range(7)]
        (run.path / "result.json").write_text(json.dumps(result))
    many = settings_table(settings_of([RunFiles(run.path) for run in runs]), "test/accuracy")
    assert ">setting</th>" in many
    assert '<code class="long">choice0=00, choice1=01' in many
    assert many.index("setting</th>") < many.index("test accuracy</th>")


def test_settings_of_nothing():
    assert settings_of([]) == []
    assert quality_of([]) is None
    assert chosen_by([]) is None
