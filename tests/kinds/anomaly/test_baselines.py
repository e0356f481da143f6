"""Baselines of anomaly detection: measured on the test part with thresholds of the validation part."""

from types import SimpleNamespace

import numpy as np
import pytest

from rnnlab.kinds.anomaly.baselines import BASELINES, AlarmRule, DetectorBaseline, LabelledSeries
from rnnlab.kinds.anomaly.detectors import DETECTORS
from rnnlab.kinds.baselines import LeftOut

MINUTE = 60 * 10**9
RULE = AlarmRule(20, "quantile", 0.99, 1e-3, 1.0)


def series(points=700, anomaly=500):
    steps = np.arange(points)
    values = np.sin(2 * np.pi * steps / 20) + 0.05 * np.random.default_rng(0).normal(size=points)
    labels = np.zeros(points, np.int8)
    labels[anomaly : anomaly + 40] = 1
    values[labels == 1] += 4
    return values[:, None].astype(np.float32), steps * MINUTE, labels


def inputs(rule=RULE, dated=True):
    """Two series of 700 points and one that is too short to learn from."""
    parts = [series(), series(anomaly=400), (series()[0][:30], series()[1][:30], series()[2][:30])]
    values, times, labels = (np.concatenate(column) for column in zip(*parts, strict=True))
    starts = np.array([0, 700, 1400, 1430])
    validation = np.array([[200, 300], [900, 1000], [1405, 1410]])
    test = np.array([[300, 700], [1000, 1400], [1410, 1430]])
    return LabelledSeries(values, times, labels, starts, validation, test, list(rule), dated)


@pytest.mark.parametrize("name", [name for name in DETECTORS if name != "random"])
def test_a_detector_beats_chance_where_values_jump(name, monkeypatch):
    monkeypatch.setattr("rnnlab.kinds.anomaly.detectors.TREES", 20)
    found = DetectorBaseline(name).measure(inputs())
    assert found.metrics["vus_pr"] > 1.5 * found.metrics["vus_pr_chance"]
    assert found.metrics["event_recall"] == 1
    assert next(iter(found.metrics)) == "vus_pr"
    assert {"pr_auc", "f1", "false_alarms_per_day", "nab_standard"} <= set(found.metrics)
    assert np.isfinite(found.chosen["threshold"])


def test_random_scores_stay_at_chance():
    found = DetectorBaseline("random").measure(inputs()).metrics
    assert found["vus_pr"] < found["vus_pr_chance"] + 0.05


@pytest.mark.parametrize("name", ["PCA of windows", "distance from the median, smoothed"])
def test_labels_and_later_values_change_no_threshold(name):
    before = DetectorBaseline(name).measure(inputs()).chosen
    changed = inputs()
    changed.labels[:] = 1 - changed.labels
    for begin, end in changed.test:
        changed.values[begin:end] *= -3
    assert DetectorBaseline(name).measure(changed).chosen == before


def test_missing_values_have_no_score():
    given = inputs()
    given.values[350:360] = np.nan
    scores = DetectorBaseline("PCA of windows").scores(given, 0)
    assert np.isnan(scores[350:360]).all()
    assert not np.isnan(scores[360:]).any()
    assert DetectorBaseline("PCA of windows").scores(given, 2) is None


def work(labels=True, points=1430):
    given = inputs()
    table = SimpleNamespace(
        values=given.values,
        times=np.arange(points),
        labels=given.labels if labels else None,
        starts=given.starts,
        frequency=SimpleNamespace(dated=True),
    )
    bounds = {"validation": given.validation, "test": given.test}
    data = SimpleNamespace(table=table, bounds=bounds)
    task = {**RULE._asdict(), "combine": "max"}
    return SimpleNamespace(data=data, settings=SimpleNamespace(task=task), has_test=True)


def test_what_a_run_gives():
    found = BASELINES[0].read(work())
    assert found.alarms == list(RULE)
    assert found.test.tolist() == inputs().test.tolist()


def test_reasons_for_none():
    with pytest.raises(LeftOut, match="the data have no labels, by which detectors could be compared"):
        BASELINES[0].read(work(labels=False))
    with pytest.raises(LeftOut, match="2,000,001 points are more than 2,000,000"):
        BASELINES[0].read(work(points=2_000_001))
    with pytest.raises(LeftOut, match="no point of the test part is labelled anomalous"):
        DetectorBaseline("random").measure(inputs()._replace(labels=np.zeros(1430)))
    short = inputs()._replace(validation=np.array([[20, 300], [720, 1000], [1405, 1410]]))
    with pytest.raises(LeftOut, match="no series has 30 training points"):
        DetectorBaseline("random").measure(short)
