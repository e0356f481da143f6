import subprocess
import sys

from rnnlab.report.figures import confusion_figure, curve_figures

PNG = b"\x89PNG"


def test_curves_are_written_as_png_for_what_was_logged(tmp_path):
    (tmp_path / "metrics.csv").write_text("epoch,step,train/loss,val/accuracy\n0,1,0.7,\n0,2,,0.5\n")
    paths = curve_figures(tmp_path / "metrics.csv", tmp_path / "figures")
    assert [path.name for path in paths] == ["loss.png", "metrics.png"]
    assert all(path.read_bytes().startswith(PNG) for path in paths)


def test_the_confusion_matrix_is_written_as_png(tmp_path):
    path = confusion_figure([[1, 2], [3, 4]], ["a", "b"], tmp_path / "new" / "confusion.png")
    assert path.read_bytes().startswith(PNG)


def test_drawing_leaves_pyplot_and_its_backend_alone(tmp_path):
    code = f"""
import sys
from pathlib import Path
from rnnlab.report.figures import confusion_figure
confusion_figure([[1, 2], [3, 4]], ["a", "b"], Path({str(tmp_path)!r}) / "c.png")
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
