"""What a folder says is shown as text, and nothing is shown that does not lie in the folder."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .hostile import config_of, copied, with_config

EVIL = "</pre></script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def scripted(classifier_run, tmp_path):
    """A run whose names, texts and settings are markup."""
    run = copied(classifier_run, tmp_path / "run")
    config = config_of(run)
    config["data"]["classes"], config["task"]["name"], config["evil"] = [EVIL, "b"], EVIL, {EVIL: EVIL}
    with_config(run, config)
    result = json.loads((run / "result.json").read_text())
    result["data"] |= {
        "classes": [EVIL, "b"],
        "name": EVIL,
        "source": EVIL,
        "notes": [EVIL],
        "fingerprint": EVIL,
    }
    result |= {"task": EVIL, "command": EVIL, "overrides": [f"{EVIL}={EVIL}"], "error": EVIL, "device": EVIL}
    result["metrics"] |= {f"test/{EVIL}": 0.5}
    result["model"] |= {"name": EVIL}
    result["limited"] = {split: {"read": 1, "of": 2, "unit": EVIL} for split in ("validation", "test")}
    (run / "result.json").write_text(json.dumps(result))
    (run / "samples.txt").write_text(EVIL)
    (run / "code.diff").write_text(EVIL)
    (run / "metrics.csv").write_text(f'epoch,step,"val/{EVIL}",val/accuracy\n0,1,0.5,0.5\n1,2,0.6,0.6\n')
    columns = {"row": [0, 1], "text": [EVIL, "good"], "label": [EVIL, "b"]}
    columns |= {f"probability_{name}": [0.5, 0.5] for name in (EVIL, "b")}
    pq.write_table(pa.table(columns), run / "predictions.parquet")
    (run / "explain").mkdir()
    (run / "explain" / f"{EVIL[:5].replace('/', '')}.html").write_text(EVIL)
    return run


def test_a_report_shows_markup_as_text(scripted, tmp_path, command, classifier_run):
    assert command("report", scripted).code == 0
    assert command("report", scripted, classifier_run, "--output", tmp_path / "both.html").code == 0
    for page in (scripted / "report.html", tmp_path / "both.html"):
        found = page.read_text()
        assert "&lt;script&gt;alert(1)" in found
        assert "<script>alert" not in found
        assert "<img src=x" not in found
        assert "default-src &#x27;none&#x27;" in found  # and nothing is asked of a network in any case


def test_an_explanation_s_page_shows_markup_as_text(classifier_run, tmp_path, command):
    page = tmp_path / "page.html"
    assert command("explain", classifier_run, EVIL, "--html", page).code == 0
    found = page.read_text()
    assert "<script" not in found
    assert "<img" not in found


def test_a_report_shows_no_file_from_elsewhere(classifier_run, tmp_path, command):
    secret = "the secret of another folder"
    (tmp_path / "secret").write_text(secret)
    run = copied(classifier_run, tmp_path / "run")
    (run / "explain").mkdir()
    for name in ("samples.txt", "code.diff", "explain/a.html", "explain/b.png"):
        (run / name).unlink(missing_ok=True)
        (run / name).symlink_to(tmp_path / "secret")
    (run / "explain" / "c.html").write_text("of the run itself")
    assert command("report", run).code == 0
    found = (run / "report.html").read_text()
    assert secret not in found
    assert "data:image/png" not in found
    assert "of the run itself" in found


def test_a_terminal_is_shown_no_control_characters_of_a_folder(classifier_run, tmp_path, command):
    run = copied(classifier_run, tmp_path / "outputs" / "run")
    result = json.loads((run / "result.json").read_text()) | {"task": "\x1b]0;evil\x07\x1b[2J"}
    (run / "result.json").write_text(json.dumps(result))
    for words in (("runs", "--outputs", tmp_path / "outputs"), ("predict", run, "good")):
        found = command(*words)
        assert "\x1b]0;" not in found.out + found.error
        assert "\x1b[2J" not in found.out + found.error
