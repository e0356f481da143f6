import pytest

from rnnlab.sweep.outcome.progress import progress

TABLE = "epoch,step,train/loss,val/loss,val/accuracy\n0,10,0.5,,\n0,10,,0.4,0.8\n1,15,0.3,,\n"


@pytest.mark.parametrize(
    ("limits", "metrics", "told"),
    [
        ("{max_epochs: 4, max_steps: -1}", ["val/accuracy"], "epoch 2 of 4, step 15, val/accuracy 0.8000"),
        ("{max_epochs: -1, max_steps: 900}", ["parameters"], "epoch 2, step 15 of 900, val/loss 0.4000"),
    ],
)
def test_it_tells_the_epoch_the_step_and_the_last_validation(tmp_path, limits, metrics, told):
    (tmp_path / "metrics.csv").write_text(TABLE)
    (tmp_path / "config.yaml").write_text(f"trainer: {limits}\n")
    assert progress(tmp_path, metrics) == told


def test_a_run_that_has_written_little_is_no_error(tmp_path):
    assert progress(tmp_path, ["val/loss"]) == ""
    (tmp_path / "metrics.csv").write_text("epoch,step,train/loss\n0,1,0.5\n")
    assert progress(tmp_path, ["val/loss"]) == "epoch 1, step 1"
    (tmp_path / "metrics.csv").write_text("epoch,step,train/loss\n0,x,0.5\n")
    assert progress(tmp_path, ["val/loss"]) == ""
