import pytest

from rnnlab.report.confusion import draw_confusion


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_cells_show_counts_and_the_share_of_the_row():
    figure = draw_confusion([[3, 1], [0, 1500]], ["bad", "good"])
    assert texts(figure) == ["3\n75.0%", "1\n25.0%", "0\n0.0%", "1,500\n100.0%"]


def test_axes_name_classes_truth_and_prediction():
    axis = draw_confusion([[3, 1], [0, 1500]], ["bad", "good"]).axes[0]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["bad", "good"]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["bad\n(4)", "good\n(1,500)"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("prediction", "truth (rows)")
    assert axis.get_title() == "test: 1,503 of 1,504 right"


def test_the_title_says_where_the_split_is_not_official():
    title = draw_confusion([[3, 1], [0, 5]], ["bad", "good"], official=False).axes[0].get_title()
    assert title == "test: 8 of 9 right\nnot the official split"


@pytest.mark.filterwarnings("error")
def test_a_class_without_rows_and_long_names_are_drawn(tmp_path):
    figure = draw_confusion([[0, 0], [1, 2]], ["a class with a very long name indeed", "b"])
    figure.savefig(tmp_path / "matrix.png")
    assert texts(figure)[0] == "0\n0.0%"
    assert figure.axes[0].get_xticklabels()[0].get_text() == "a class with a very lon…"


@pytest.mark.parametrize(("classes", "cells"), [(20, 400), (40, 0)])
def test_text_thins_out_as_classes_grow(classes, cells):
    figure = draw_confusion([[1] * classes] * classes, [str(i) for i in range(classes)])
    assert len(texts(figure)) == cells
