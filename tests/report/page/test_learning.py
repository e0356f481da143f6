"""Learning curves: few points as they are, many as means."""

import re

import numpy as np
import pytest

from rnnlab.report.history import Series
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.learning import MOST_POINTS, learning_curves, reduce


def test_many_values_become_means_of_equal_parts():
    steps = list(range(1, 10_001))
    xs, ys = reduce(Series([0] * 10_000, steps, [float(step) for step in steps]))
    assert len(xs) <= MOST_POINTS
    assert xs == pytest.approx(ys)
    assert np.mean(ys) == pytest.approx(5000.5, rel=1e-3)


def test_values_that_are_not_finite_do_not_spoil_a_mean():
    xs, ys = reduce(
        Series([0] * 1000, list(range(1000)), [float("nan") if i % 2 else 1.0 for i in range(1000)])
    )
    assert set(ys) == {1.0}
    assert len(xs) == MOST_POINTS


def test_the_best_step_is_the_first_of_the_best(make_run):
    run = RunFiles(make_run())
    assert run.best_step == 20
    page = learning_curves(run)
    assert page.count('class="best"') == page.count("<svg")
    assert page.count('class="ring"') == 1
    assert "data-hover" in page


def test_nothing_logged_has_no_curve(tmp_path):
    assert learning_curves(RunFiles(tmp_path)) == ""


def logged(folder, *lines):
    (folder / "metrics.csv").write_text("\n".join(lines) + "\n")
    return RunFiles(folder)


def test_what_was_measured_once_is_a_row_and_no_curve(make_run):
    lines = [
        "epoch,step,train/loss,val/loss,val/accuracy",
        *(f"0,{step},{1 / step},," for step in range(1, 6)),
    ]
    page = learning_curves(logged(make_run(), *lines, "0,6,,0.25,0.75"))
    assert page.count("<svg") == 1  # the loss, whose training is a curve
    assert "validation, measured once" in page
    assert re.findall(r"<code>val/(\w+)</code></th><td[^>]*>([\d.]+)</td><td[^>]*>6<", page) == [
        ("loss", "0.2500"),
        ("accuracy", "0.7500"),
    ]


def test_one_quantity_in_several_units_is_one_chart_with_a_choice(make_run):
    lines = ["epoch,step,val/nats_windows,val/bits_windows,val/perplexity_windows,val/accuracy_windows"]
    page = learning_curves(logged(make_run(), *lines, "0,1,2,2.9,7.4,0.1", "0,2,1,1.4,2.7,0.2"))
    assert page.count("<svg") == 4
    assert re.findall(r'name="unit"[^>]*>(\w+)<', page) == ["nats", "bits", "perplexity"]
    assert page.count("<form") == 1
