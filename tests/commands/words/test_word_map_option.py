"""`rnnlab embeddings --plot`."""

import pytest

from rnnlab.cli import main
from rnnlab.commands.words import word_map_option as map_command


@pytest.fixture
def drawn(make_run, monkeypatch):
    """The words of the maps that were drawn; and the run's folder."""
    folder, maps = make_run(), []
    draw = map_command.draw_map

    def record(spots, title):
        maps.append({spot.word: spot for spot in spots})
        return draw(spots, title)

    monkeypatch.setattr(map_command, "draw_map", record)
    return maps, folder


def test_words_and_their_neighbours_are_drawn_into_the_runs_folder(drawn, capsys):
    maps, folder = drawn
    assert main(["embeddings", str(folder.path), "good", "bad", "--top", "3", "--plot"]) == 0
    assert (folder.path / "embeddings.png").read_bytes().startswith(b"\x89PNG")
    assert f"map: {folder.path / 'embeddings.png'}" in capsys.readouterr().out
    assert maps[0]["good"].asked
    assert not maps[0]["great"].asked
    assert maps[0]["great"].group == maps[0]["good"].group != maps[0]["worst"].group


def test_without_words_it_is_a_map_of_the_vocabulary(drawn, tmp_path):
    maps, folder = drawn
    path = tmp_path / "new" / "map.svg"
    assert main(["embeddings", str(folder.path), "--plot", str(path)]) == 0
    assert set(maps[0]) == {"good", "great", "bad", "worst", "film", "bold"}
    assert "<svg" in path.read_text()


def test_a_place_that_cannot_be_written_is_said(drawn, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "map.png"
    assert main(["embeddings", str(drawn[1].path), "good", "--plot", str(path)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_json_is_all_that_is_printed(drawn, capsys):
    assert main(["embeddings", str(drawn[1].path), "good", "--plot", "--json"]) == 0
    assert "map:" not in capsys.readouterr().out
