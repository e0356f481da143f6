import numpy as np
import pytest

from rnnlab.report.confusion import draw_confusion, most_confused


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
    figure = draw_confusion([[3, 1], [0, 5]], ["bad", "good"], notes=["not the official split"])
    assert figure.axes[0].get_title() == "test: 8 of 9 right\nnot the official split"


@pytest.mark.filterwarnings("error")
def test_a_class_without_rows_and_long_names_are_drawn(tmp_path):
    figure = draw_confusion([[0, 0], [1, 2]], ["a class with a very long name indeed", "b"])
    figure.savefig(tmp_path / "matrix.png")
    assert texts(figure)[0] == "0\n0.0%"
    assert figure.axes[0].get_xticklabels()[0].get_text() == "a class with a very lon…"


@pytest.mark.parametrize(("classes", "first"), [(12, "1\n8.3%"), (20, "5%")])
def test_text_thins_out_as_classes_grow(classes, first):
    figure = draw_confusion([[1] * classes] * classes, [str(i) for i in range(classes)])
    assert len(texts(figure)) == classes * classes
    assert texts(figure)[0] == first


def test_of_2000_classes_those_with_the_most_mistakes_are_drawn_and_the_rest_is_one(tmp_path):
    counts = 3 * np.eye(2000, dtype=int)
    counts[7, 1999] = 40
    figure = draw_confusion(counts, [f"class{i}" for i in range(2000)])
    axis = figure.axes[0]
    names = [label.get_text() for label in axis.get_xticklabels()]
    assert len(names) == 30
    assert {"class7", "class1999"} <= set(names)
    assert names[-1] == "other (1,971 classes)"
    assert axis.get_title().splitlines() == [
        "test: 6,000 of 6,040 right",
        "the 29 of 2,000 classes with the most mistakes; the rest as one",
    ]
    figure.savefig(tmp_path / "matrix.png")


def test_no_row_is_lost_where_classes_are_put_together():
    counts = np.random.default_rng(0).integers(0, 9, (50, 50))
    few, names = most_confused(counts, [str(i) for i in range(50)], 10)
    assert few.shape == (10, 10)
    assert few.sum() == counts.sum()
    for place, name in enumerate(names[:-1]):
        assert few[place].sum() == counts[int(name)].sum()
        assert few[place, place] == counts[int(name), int(name)]
    assert names[-1] == "other (41 classes)"
