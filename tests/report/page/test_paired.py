"""Settings on the same rows."""

import pytest

from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.paired import paired_table, pairs_of
from rnnlab.report.page.settings import settings_of


def test_the_better_one_is_ahead_and_the_rows_add_up(make_run):
    settings = settings_of([RunFiles(make_run(m, m, 1, a)) for m, a in (("gru", 0.4), ("lstm", 0.9))])
    (pair,) = pairs_of(settings)
    first, second = (setting.first.predictions for setting in settings)
    apart = first.right.mean() - second.right.mean()
    assert (pair.first, pair.second) == (1, 2)
    assert pair.differences["accuracy"].interval.value == pytest.approx(apart)
    assert apart > 0.2
    assert pair.mcnemar.first_only - pair.mcnemar.second_only == round(apart * len(first.labels))
    assert pair.mcnemar.p_value < 0.01
    assert f"+{apart:.4f}" in paired_table(settings)


def test_other_rows_are_not_compared(make_run):
    import pyarrow.parquet as pq

    folders = [make_run(model, model) for model in ("gru", "lstm")]
    path = folders[1] / "predictions.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    assert paired_table(settings_of([RunFiles(folder) for folder in folders])) == ""
