"""The page as a file: whole, self-contained, nothing of a user's text in it as markup."""

import html
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from rnnlab.report.page.write import put, write_report, write_set_report

from .conftest import files

EVIL = '<script>fetch("https://example.org")</script>'
VOID = {"meta", "link", "img", "br", "wbr", "input"}


class Nesting(HTMLParser):
    """Checks that every element that opens closes again, and gathers attributes."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(path):
    page = path.read_text(encoding="utf-8")
    nesting = Nesting()
    nesting.feed(page)
    assert nesting.open == []
    return page, nesting


def test_a_run_s_page_holds_what_matters(make_run, tmp_path):
    path = write_report(files(make_run()), tmp_path / "report.html")
    page, nesting = parsed(path)
    headings = re.findall(r"<h2 id=\"([\w-]+)-title\">", page)
    assert headings == ["summary", "curves", "test", "charts", "mistakes", "origin"]
    for said in (
        "tweets with gru",
        "0123456789ab",
        "with uncommitted changes",
        "not the official splits",
        "cafe",
    ):
        assert said in page
    assert "dashed: step 20" in page
    assert "Reliability at temperature 1.5" in page
    assert page.count('<li class="card">') > 5
    assert nesting.seen.count("svg") >= 8


def test_a_figure_of_a_part_of_the_test_rows_says_so_in_the_summary_too(make_run, tmp_path):
    run = make_run()
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    result["limited"] = {"test": {"read": 240, "of": 1200, "unit": "rows"}}
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    page, _ = parsed(write_report(files(run), tmp_path / "report.html"))
    summary, _, rest = page.partition('id="curves-title"')
    assert re.search(r"0\.\d+ to 0\.\d+, 240 of 1,200 rows", summary)
    assert "240 of 1,200 rows; intervals by" in rest


def test_what_users_wrote_is_text(make_run, tmp_path):
    page, nesting = parsed(write_report(files(make_run()), tmp_path / "report.html"))
    assert EVIL not in page
    assert html.escape(EVIL) in page
    assert nesting.seen.count("script") == nesting.seen.count("style") == 1
    assert "posit<b>ive" not in page
    assert "b" not in [tag for tag in nesting.seen if tag == "posit"]


def test_it_asks_nothing_of_a_network(make_run, tmp_path):
    page, nesting = parsed(write_report(files(make_run()), tmp_path / "report.html"))
    for name, value in nesting.attributes:
        if name in ("src", "href", "action", "poster", "srcset", "background"):
            assert re.match(r"#|data:", value), (name, value)
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r"@import|url\(", page)


def test_a_language_model_s_page_has_its_samples(language_folder, tmp_path):
    page, _ = parsed(write_report(files(language_folder), tmp_path / "report.html"))
    assert "temperature 0.5" in page
    assert "Or not" in page
    assert "one stream" in page
    assert EVIL not in page


@pytest.mark.parametrize(
    "broken", ["result.json", "config.yaml", "metrics.csv", "predictions.parquet", "samples.txt"]
)
@pytest.mark.parametrize("content", [b"", b"\0\xff{[", b"[1, 2]", None])
def test_missing_and_broken_files_are_left_out(make_run, tmp_path, broken, content):
    folder = make_run()
    if content is None:
        (folder / broken).unlink(missing_ok=True)
    else:
        (folder / broken).write_bytes(content)
    parsed(write_report(files(folder), tmp_path / "report.html"))


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "failed", "error": f"ValueError: {EVIL}\nsecond line"},
        {"metrics": None, "data": None, "model": None, "git": None, "seconds": None, "steps": None},
        {"metrics": {"test/loss": float("nan"), "test/accuracy": float("inf"), "val/accuracy": None}},
        {
            "data": {"rows": [1], "notes": None, "classes": None},
            "seed": "one",
            "model": {"parameters": "many"},
        },
        {"limited": {"test": {"read": "all", "of": None}}, "data": {"held_out": 3, "tested": [1]}},
    ],
)
def test_strange_results_have_a_page_all_the_same(make_run, tmp_path, fields):
    folder = make_run()
    known = json.loads((folder / "result.json").read_text())
    (folder / "result.json").write_text(json.dumps(known | fields))
    page, _ = parsed(write_report(files(folder), tmp_path / "report.html"))
    assert EVIL not in page
    if "error" in fields:
        assert "second line" in page


def test_a_run_with_losses_that_blew_up(make_run, tmp_path):
    folder = make_run()
    lines = [
        "epoch,step,train/loss,val/accuracy",
        "0,1,nan,nan",
        "0,2,inf,0.5",
        "0,3,1e30,nan",
        "0,4,0.1,0.6",
        *(f"0,{step},0.2," for step in range(5, 9)),
    ]
    (folder / "metrics.csv").write_text("\n".join(lines))
    page, _ = parsed(write_report(files(folder), tmp_path / "report.html"))
    assert "log scale" in page
    assert "dashed: step 4" in page


def test_pictures_are_inside_the_page_and_their_scripts_do_not_run(make_run, tmp_path):
    folder = make_run()
    (folder / "explain").mkdir()
    (folder / "explain" / "attention.html").write_text(
        "<p>why</p><script>alert(1)</script>", encoding="utf-8"
    )
    (folder / "explain" / "gates.png").write_bytes(b"\x89PNG")
    page, nesting = parsed(write_report(files(folder), tmp_path / "report.html"))
    assert ("sandbox", "allow-same-origin") in nesting.attributes
    assert "data:image/png;base64,iVBORw==" in page
    assert nesting.seen.count("script") == 1


def test_several_runs_are_compared(make_run, tmp_path):
    folders = [
        make_run(f"{m}{s}", m, s, a + s / 100) for m, a in (("gru", 0.6), ("lstm", 0.8)) for s in (1, 2, 3)
    ]
    page, _ = parsed(write_set_report([files(one) for one in folders], tmp_path / "set.html", "six runs"))
    headings = re.findall(r"<h2 id=\"([a-z]+)-title\">", page)
    assert headings == ["summary", "settings", "paired", "choices", "cost", "runs"]
    rows = re.findall(r'<tr><th scope="row" class="word">(\d)</th><td class="word">(\w+)</td>', page)
    assert rows == [("1", "lstm"), ("2", "gru")]
    assert "0.8100 <span" in page  # test accuracy of lstm: 0.80, 0.81 and 0.82
    assert "1 against 2" in page
    assert "± 0.0248" in page  # 4.303 x 0.01 / sqrt(3)


def test_a_sweep_says_what_was_searched_and_what_failed(make_run, tmp_path):
    sweep = tmp_path / "sweep"
    folders = [make_run(f"sweep/{n}", "gru", n, 0.6) for n in (1, 2)]
    known = json.loads((folders[1] / "result.json").read_text())
    (folders[1] / "result.json").write_text(
        json.dumps(known | {"status": "failed", "error": f"{EVIL}\nmore"})
    )
    (sweep / "sweep.yaml").write_text(
        "command: train -m\nsampler: tpe\nmetrics: [val/accuracy]\ndirections: [maximize]\n"
        "space: {dimensions: [{key: optimizer.lr, values: [], low: 0.1, high: 1, log: true}]}\n"
    )
    page, _ = parsed(write_set_report([files(one) for one in folders], sweep / "report.html", "mine", sweep))
    assert "0.1 to 1 by ratios" in page
    assert html.escape(EVIL) in page.split("What did not finish")[2]


def test_no_run_at_all_is_a_page_that_says_so(make_run, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    page, _ = parsed(write_set_report([files(folder)], tmp_path / "set.html", "none"))
    assert "1 unknown" in page


def test_half_a_page_is_never_seen(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "report.html"
    put("first", path)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="No space"):
        put("second", path)
    assert path.read_text() == "first"
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]


def test_it_needs_neither_torch_nor_matplotlib_nor_pandas(make_run, tmp_path):
    code = (
        "import sys; from pathlib import Path; from rnnlab.report.page.write import write_report;"
        "from rnnlab.report.page.files import RunFiles; from rnnlab.kinds.classification import KIND;"
        f"write_report(RunFiles(Path({str(make_run())!r}), KIND), Path({str(tmp_path / 'r.html')!r}));"
        "heavy = ('torch', 'pytorch_lightning', 'matplotlib', 'pandas', 'hydra');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
