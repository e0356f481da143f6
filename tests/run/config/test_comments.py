"""Settings and their meanings, as the comments of a YAML file give them."""

from __future__ import annotations

from rnnlab.run.config.comments import Setting, read_choice


def settings(tmp_path, text: str) -> dict[str, tuple[object, str]]:
    path = tmp_path / "choice.yaml"
    path.write_text(text, encoding="utf-8")
    return {one.key: (one.value, one.meaning or one.of_block) for one in read_choice(path).settings}


def test_the_comment_behind_a_setting_is_its_meaning(tmp_path):
    found = settings(
        tmp_path, "size: 3 # of a layer\nname: 'a # b' # of the run\nnames: ['#x', y] # columns\n"
    )
    assert found == {
        "size": (3, "of a layer"),
        "name": ("a # b", "of the run"),
        "names": (["#x", "y"], "columns"),
    }


def test_without_one_the_lines_above_are(tmp_path):
    found = settings(tmp_path, "first: 1\n# two lines\n# about it\nsecond: 2\nthird: 3\n")
    assert found == {"first": (1, ""), "second": (2, "two lines about it"), "third": (3, "")}


def test_the_comment_behind_wins_over_a_heading_above(tmp_path):
    assert settings(tmp_path, "a: 1\n# a heading\nb: 2 # its own\n")["b"] == (2, "its own")


def test_what_has_no_comment_in_a_block_has_that_of_the_block(tmp_path):
    found = settings(tmp_path, "files: # under data_dir\n  train: a.csv\n  test: null # optional\n")
    assert found == {"files.train": ("a.csv", "under data_dir"), "files.test": (None, "optional")}


def test_a_mapping_in_braces_and_an_empty_value_are_single_settings(tmp_path):
    found = settings(tmp_path, "split: {train: null, test: 0.2} # by time\nnone:\nlast: 1 # end\n")
    assert found["split"] == ({"train": None, "test": 0.2}, "by time")
    assert found["none"] == (None, "")
    assert found["last"] == (1, "end")


def test_the_top_of_a_file_is_about_the_choice(tmp_path):
    path = tmp_path / "choice.yaml"
    path.write_text(
        "# @package _global_\n# Film reviews,\n# two classes:\n#   python train.py task=imdb\n"
        "defaults: [base, {override /data: imdb}]\ntask:\n  name: imdb\n",
        encoding="utf-8",
    )
    choice = read_choice(path)
    assert choice.about == "Film reviews, two classes:"
    assert choice.examples == ("python train.py task=imdb",)
    assert choice.defaults == ("base", {"override /data": "imdb"})
    assert choice.settings == (Setting("task.name", "imdb", ""),)
    assert choice.of_top


def test_a_file_of_comments_alone_has_no_settings(tmp_path):
    assert settings(tmp_path, "# No pretraining.\n{}\n") == {}
