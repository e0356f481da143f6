"""The PNG files of an evaluation."""

from rnnlab.report.page.figures import write_figures
from rnnlab.report.page.files import RunFiles


def test_each_is_written_and_shows_something(make_run, tmp_path):
    from PIL import Image

    paths = write_figures(RunFiles(make_run()).predictions, tmp_path / "figures")
    names = ["roc", "precision_recall", "reliability", "confusion_matrix", "by_length", "by_confidence"]
    assert [path.stem for path in paths] == names
    for path in paths:
        image = Image.open(path).convert("L")
        assert min(image.size) > 300
        assert len(set(image.resize((60, 60)).tobytes())) > 5
