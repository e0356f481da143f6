"""`rnnlab compare`: settings, metrics and the paired tests of two runs."""

import json

import numpy as np
import pytest
from scipy.stats import binomtest

from rnnlab.cli import main
from rnnlab.report.page.predictions import read_predictions
from rnnlab.run.folder.run_folder import RunFolder


@pytest.fixture
def compare(capsys):
    def call(*arguments):
        code = main(["compare", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_two_runs_side_by_side(compare, classifier_run, other_run):
    code, out, err = compare(classifier_run, other_run)
    assert (code, err) == (0, "")
    assert "| model.hidden_size" in out
    assert "| test/accuracy" in out
    assert "McNemar p" in out
    assert "only B is right" in out


def test_the_figures_are_those_of_the_predictions(compare, classifier_run, other_run):
    _, out, _ = compare(classifier_run, other_run, "--json", "--examples", "1000")
    found = json.loads(out)
    first, second = (read_predictions(RunFolder(run).predictions) for run in (classifier_run, other_run))
    only_first = np.flatnonzero(first.right & ~second.right)
    only_second = np.flatnonzero(second.right & ~first.right)
    assert sorted(found["only_first_right"]) == first.rows[only_first].tolist()
    assert sorted(found["only_second_right"]) == first.rows[only_second].tolist()
    expected = binomtest(len(only_first), len(only_first) + len(only_second)).pvalue
    assert found["significance"]["mcnemar"]["p_value"] == pytest.approx(expected)
    apart = found["significance"]["bootstrap"]["accuracy"]["value"]
    assert apart == pytest.approx(second.right.mean() - first.right.mean())
    assert found["settings"]["model.hidden_size"] == [6, 16]
    one, other = found["metrics"]["test/accuracy"]
    assert other - one == pytest.approx(apart)


def test_runs_of_other_rows_get_no_test(compare, classifier_run, language_run):
    code, out, _ = compare(classifier_run, language_run)
    assert code == 0
    assert "the runs did not predict the same test rows" in out


def test_what_cannot_be_compared(compare, classifier_run):
    code, _, err = compare(classifier_run, classifier_run)
    assert code == 2
    assert "name two different ones" in err
    code, _, err = compare(classifier_run, "none", "--bootstrap", "5")
    assert code == 2
    assert "--bootstrap=5: must be at least 100" in err
