"""The form of a series as a table: its columns, and an example that says the same as the row."""

from __future__ import annotations

import csv
import io

import pytest

from rnnlab.data.series.frequency import Frequency
from rnnlab.data.series.table import Columns
from rnnlab.kinds.series_form import MOST_NAMES, series_form, table_text

FULL = Columns(("load", "price"), ("rain",), ("holiday",), ("size", "region=North", "region=South"))
PLAIN = Columns(("load",))


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


def test_a_row_is_written_with_its_times_and_the_future_alone_at_the_end():
    row = {
        "values": [[1.5, 2], [None, 3]],
        "start": "2024-01-31",
        "past": {"rain": [0.0, 1.0]},
        "known": {"holiday": [0, 1, 0]},
    }
    assert rows_of(table_text(row, FULL, Frequency.of("D"))) == [
        ["time", "load", "price", "rain", "holiday"],
        ["2024-01-31", "1.5", "2", "0.0", "0"],
        ["2024-02-01", "", "3", "1.0", "1"],
        ["2024-02-02", "", "", "", "0"],
    ]


def test_covariates_may_be_rows_and_times_may_be_left_out():
    row = {"values": [[1, 2], [3, 4]], "past": [[5], [6]], "known": [[7], [8]]}
    text = table_text(row, FULL, Frequency.of("h"))
    assert rows_of(text) == [["load", "price", "rain", "holiday"], ["1", "2", "5", "7"], ["3", "4", "6", "8"]]
    assert table_text({"values": [1, 2]}, PLAIN, Frequency.of("h")) == "load\n1\n2\n"


@pytest.mark.parametrize(("names", "shown"), [(("one",), []), (("a", "b"), ["a", "b"])])
def test_the_form_names_columns_and_several_series(names, shown):
    form = series_form(
        {"values": [[1, 2]]}, Columns(*FULL[:1], (), (), FULL.static), Frequency.of("h"), names, 24
    )
    assert (form.targets, form.past, form.known) == (["load", "price"], [], [])
    assert (form.statics, form.names, form.dated, form.horizon) == (["size", "region"], shown, True, 24)


def test_very_many_series_are_not_all_listed():
    form = series_form(
        {"values": [1]}, PLAIN, Frequency.of("step", dated=False), [str(n) for n in range(9999)]
    )
    assert len(form.names) == MOST_NAMES
    assert not form.dated
