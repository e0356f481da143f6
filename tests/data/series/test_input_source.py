"""Files of series for a finished run are read as those of its training."""

from __future__ import annotations

import pytest

from rnnlab.data.file_format import Format
from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.input_source import input_source
from rnnlab.data.series.read_series import read_series
from rnnlab.data.series.table import Columns
from rnnlab.errors import SettingError

SETTINGS = {"name": "x", "time": "t", "target": None, "label": "auto", "path": "old.csv", "format": "parquet"}


def read(tmp_path, text, frequency, columns=Columns(("y",)), form=Format(), **settings):  # noqa: B008
    path = tmp_path / "new.csv"
    path.write_text(text)
    source = input_source(SETTINGS | settings, columns, path, form, tmp_path / "cache")
    return read_series(source, columns=columns, frequency=Frequency.of(frequency))


def test_targets_are_those_of_training_whatever_else_the_file_has(tmp_path):
    table = read(tmp_path, "t,y,more,anomaly\n2020-01-01,1,2,0\n2020-01-02,1,3,1\n", "D")
    assert (table.columns.targets, table.labels) == (("y",), None)


@pytest.mark.parametrize(("alias", "found"), [("B", "B"), ("D", "D"), ("h", "D"), ("W-WED", "D")])
def test_few_points_have_the_frequency_of_training_if_they_can(tmp_path, alias, found):
    table = read(tmp_path, "t,y\n2020-01-01,1\n2020-01-02,2\n2020-01-03,4\n", alias)
    assert table.frequency.alias == found
    assert len(table.times) == 3


def test_columns_of_a_package_are_read_if_training_read_them(tmp_path):
    own = {"settings": {"time": "ts", "target": ["y"], "known": []}}
    settings = {"time": "Time", "target": ["Demand"], "known": ["Holiday"], "package": own}
    table = read(tmp_path, "ts,y\n2020-01-01,1\n2020-01-02,1\n", "D", **settings)
    assert table.columns == Columns(("y",))
    columns = Columns(("Demand",), known=("Holiday",))
    table = read(tmp_path, "Time,Demand,Holiday\n2020-01-01,1,0\n", "D", columns, **settings)
    assert table.columns == columns


def test_what_is_typed_about_the_format_counts(tmp_path):
    table = read(tmp_path, "t|y\n2020-01-01|1\n", "D", form=Format(delimiter="pipe"))
    assert table.values.tolist() == [[1]]


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SettingError, match=r"--input=.*no\.csv: is no file"):
        input_source(SETTINGS, Columns(("y",)), tmp_path / "no.csv", Format(), tmp_path)
