"""Figures of a part of a split, and of a run that holds no text out to test on: named for what they are."""

from types import SimpleNamespace

import pytest

from rnnlab.data.limited import Limits
from rnnlab.errors import SettingError
from rnnlab.kinds.language_modeling.checks import check_dynamic
from rnnlab.report.limited import parts_of
from rnnlab.report.tables import run_table
from rnnlab.run.build.limits import LIMITS, hand_over

from ..conftest import composed

TINY = ["model.hidden_size=6", "model.embedding_size=6", "trainer.max_epochs=1"]
ROWS = ["data.train_rows=300", "data.validation_rows=400", "data.test_rows=600"]
LIMITED = ["trainer.limit_train_batches=2", "trainer.limit_val_batches=2", "trainer.limit_test_batches=0.5"]


def trainer(**limits):
    return SimpleNamespace(**dict.fromkeys(LIMITS.values(), 1.0) | limits)


def data(tested="test"):
    return SimpleNamespace(limits=Limits("rows"), provenance={"tested": tested})


def test_a_limited_run_says_on_how_many_rows_each_figure_was_measured(launch):
    code, folder, result = launch("task=imdb", "data=synthetic", "model=gru", *TINY, *ROWS, *LIMITED)
    assert code == 0
    assert parts_of(result) == [
        "train: 2 of 10 batches an epoch",
        "validation: 200 of 400 rows",
        "test: 240 of 600 rows",
    ]
    shown = run_table(result)
    assert "test/accuracy on 240 of 600 rows" in shown
    assert "val/accuracy (best) on 200 of 400 rows" in shown
    assert "test on 240 of 600 rows, by class" in shown
    assert "240 of 600 rows" in folder.report.read_text()


def test_own_text_without_a_test_part_has_figures_of_the_validation_alone(launch, tmp_path):
    (tmp_path / "my.txt").write_text("the quick brown fox jumps over the lazy dog\n" * 200)
    own = ["task=shakespeare", "data=textfile", f"data.files.train='{tmp_path / 'my.txt'}'", "model=gru"]
    small = ["data.batch_size=4", "task.samples.length=5", "data.test_fraction=0", *TINY]
    code, folder, result = launch(*own, *small)
    assert code == 0
    assert result["data"]["tested"] == "validation"
    assert {name.split("/")[0] for name in result["metrics"]} == {"val"}
    assert {"val/nats_windows", "val/nats_stream"} <= set(result["metrics"])
    page = folder.report.read_text()
    assert "validation text read in" in page
    assert "Per token of the test text" not in page


def test_own_text_is_tested_on_a_part_that_neither_trains_nor_validates(tmp_path):
    cfg = composed(["task=shakespeare", "data=textfile", "data.files.train=my.txt"], tmp_path / "run")
    assert (cfg.data.validation_fraction, cfg.data.test_fraction) == (0.1, 0.1)
    styles = composed(["task=shakespeare", "data=styles", "data.paths=[a.txt,b.txt]"], tmp_path / "run")
    assert styles.data.test_fraction == 0.1


@pytest.mark.parametrize(("more", "refused"), [(["data.test_fraction=0"], True), ([], False)])
def test_dynamic_evaluation_does_not_choose_on_the_text_that_it_reports_on(tmp_path, more, refused):
    own = ["task=shakespeare", "data=textfile", "data.files.train=my.txt", *more]
    cfg = composed([*own, "task.dynamic_evaluation.enabled=true"], tmp_path / "run")
    if not refused:
        check_dynamic(cfg)
        return
    with pytest.raises(SettingError, match=r"holds no other out to test on: set data.test_fraction=0.1"):
        check_dynamic(cfg)


def test_the_data_take_the_limits_and_the_trainer_reads_all_that_they_give():
    own, ours = trainer(limit_val_batches=1, limit_test_batches=0.25), data()
    hand_over(own, ours)
    assert ours.limits.wanted == {"validation": 1, "test": 0.25}
    assert (own.limit_val_batches, own.limit_test_batches) == (1.0, 1.0)


@pytest.mark.parametrize("limit", [1.0, 0, 0.0])
def test_no_limit_and_a_validation_that_is_left_out_stay_the_trainer_s(limit):
    own, ours = trainer(limit_val_batches=limit), data()
    hand_over(own, ours)
    assert ours.limits.wanted == {}
    assert own.limit_val_batches == limit


def test_without_a_test_the_limit_of_the_validation_is_that_of_both():
    own, ours = trainer(limit_val_batches=3, limit_test_batches=5), data("validation")
    hand_over(own, ours)
    assert ours.limits.wanted == {"validation": 3, "test": 3}


def test_data_of_somebody_else_are_limited_by_the_trainer():
    own = trainer(limit_test_batches=5)
    hand_over(own, SimpleNamespace())
    assert own.limit_test_batches == 5
