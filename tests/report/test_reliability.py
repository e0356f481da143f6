import pytest

from rnnlab.report.reliability import Bins, draw_reliability, reliability_figure

BINS = Bins([0, 1, 3], [0.0, 0.5, 0.9], [0.0, 1.0, 2 / 3], 0.3)


def test_bars_stand_at_the_accuracy_of_bins_that_have_rows():
    axis = draw_reliability({"test": BINS}).axes[0]
    bars = [(round(bar.get_x() + bar.get_width() / 2, 3), bar.get_height()) for bar in axis.patches]
    assert bars == [(0.5, 1.0), (0.833, pytest.approx(2 / 3))]
    assert axis.get_title() == "test\nECE 0.3000"


def test_the_shares_of_all_bins_stand_under_it():
    axis = draw_reliability({"test": BINS}).axes[1]
    assert [bar.get_height() for bar in axis.patches] == [0, 0.25, 0.75]


@pytest.mark.filterwarnings("error")
def test_a_panel_for_each_name_is_written_even_without_rows(tmp_path):
    none = Bins([0, 0], [0.0, 0.0], [0.0, 0.0], 0.0)
    path = reliability_figure({"before": BINS, "after": none}, tmp_path / "new" / "reliability.png")
    assert path.read_bytes().startswith(b"\x89PNG")
