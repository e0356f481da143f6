"""Sources of a data set: files in the data folder, the hub, or a wheel on a package index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rnnlab.data.file_parts import matching, setting_of, unknown_part
from rnnlab.data.store import NotInReach, Stored
from rnnlab.errors import SettingError

SOURCES = ("files", "hub", "package")
UNLABELLED = "unlabelled"


@dataclass(frozen=True)
class DatasetSpec:
    """The description of a data set, known before anything is read.

    Attributes:
        name: its folder in the cache.
        files: split to path, relative to the data folder or absolute; None if there is no such split. The
            file of `unlabelled` texts is optional. A folder in it may be `*`.
        hub: `{path, config, revision, splits, join_column}` or None; see `rnnlab.data.hub.fetch`.
        package: `{requirement, sha256, reader, characters}` or None; see `rnnlab.data.package.fetch`.
        named: settings that the names of files hold, such as a language, for messages.
        asked: the setting that names the file of a split, for messages; by default `data.files.SPLIT`.
    """

    name: str
    files: Mapping[str, str | None]
    hub: Mapping[str, object] | None = None
    package: Mapping[str, object] | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)

    def setting_of(self, split: str) -> str:
        """Return the setting that names the file of a split."""
        return self.asked.get(split, setting_of(split))


@dataclass(frozen=True)
class ResolvedFiles:
    """Local files of a data set, and the source that served them.

    Attributes:
        official: whether the splits are the data set's own; None if it has none, as the user's own files.
        notes: sentences on splits that are not official.
        tried: a line for each source that could not serve.
        unlabelled: the file of texts without labels, which belong to no split, if the source has one.
    """

    files: dict[str, Path]
    source: str
    official: bool | None
    notes: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    unlabelled: Path | None = None


def resolve_source(recipe: DatasetSpec, source: str, data_dir: Path | None, cache_dir: Path) -> ResolvedFiles:
    """Return the files of a data set from the first source that can serve (`source="auto"`) or the named one.

    Raises:
        SettingError: `source` is unknown; no source is in reach (lists all that was tried and what to do);
            the data folder has part of the data set, but not every split; a download has the wrong sha256.
    """
    if source not in ("auto", *SOURCES):
        raise SettingError("data.source", source, "unknown source", names=("auto", *SOURCES))
    tried: list[str] = []
    alone = source == "files" and recipe.hub is None and recipe.package is None
    for name in SOURCES if source == "auto" else (source,):
        try:
            stored = _serve(name, alone, recipe, data_dir, cache_dir)
        except NotInReach as reason:
            tried.append(f"{name}: {reason}")
        else:
            splits = {split: path for split, path in stored.files.items() if split != UNLABELLED}
            unlabelled = stored.files.get(UNLABELLED)
            return ResolvedFiles(splits, name, stored.official, stored.notes, tried, unlabelled)
    raise _nothing_in_reach(recipe, source, tried)


def _serve(source: str, alone: bool, recipe: DatasetSpec, data_dir: Path | None, cache_dir: Path) -> Stored:
    if source == "files":
        return local_files(recipe, data_dir, alone)
    if source == "hub":
        from rnnlab.data import hub

        if recipe.hub is None:
            raise NotInReach("no hub data set is known for it")
        return hub.fetch(recipe.name, recipe.hub, cache_dir)
    from rnnlab.data import package

    if recipe.package is None:
        raise NotInReach("no package is known to carry it")
    return package.fetch(recipe.name, recipe.package, cache_dir)


def local_files(recipe: DatasetSpec, data_dir: Path | None, required: bool = False) -> Stored:
    """Return the data set's own files; all or none of the splits, and the unlabelled texts if they exist.

    A relative path is looked up in `data_dir`, then in the working directory.

    Raises:
        NotInReach: neither a file nor the data set's folder is there.
        SettingError: some are there and a split is missing, or one is missing and all are `required`.
    """
    wanted = {split: Path(name).expanduser() for split, name in recipe.files.items() if name is not None}
    if "train" not in wanted:
        asked = recipe.setting_of("train")
        raise SettingError(asked, "null", f"needs a file, for example {asked}=my_file.csv")
    places = {split: _places(path, data_dir) for split, path in wanted.items()}
    files = {split: next((p for p in paths if p.is_file()), None) for split, paths in places.items()}
    needed = {split: path for split, path in files.items() if required or split != UNLABELLED}
    missing = [split for split, path in needed.items() if path is None]
    if missing and (required or len(missing) < len(needed) or _has_folder(wanted, data_dir)):
        raise _missing_file(recipe, missing[0], wanted[missing[0]], places[missing[0]])
    if missing:
        raise NotInReach(_where_not([wanted[split] for split in missing], data_dir))
    return Stored({split: path for split, path in files.items() if path is not None}, *_standing(recipe))


def _standing(recipe: DatasetSpec) -> tuple[bool | None, list[str]]:
    """Return whether the splits of local files are official, and notes.

    A known data set's are official if it has a test file; the user's own files have no official splits.
    """
    if recipe.hub is None and recipe.package is None:
        return None, []
    if "test" in recipe.files and recipe.files["test"] is None:
        return False, ["data.files.test is not set: the test rows are not an official split"]
    return True, []


def _places(path: Path, data_dir: Path | None) -> list[Path]:
    if path.is_absolute():
        return matching(path) or [path]
    roots = ([data_dir / path] if data_dir is not None else []) + [path]
    return [found for root in roots for found in matching(root) or [root]]


def _has_folder(wanted: Mapping[str, Path], data_dir: Path | None) -> bool:
    """Return whether the data folder has a folder of this data set's name, even if it lacks the files."""
    folders = {path.parent for path in wanted.values() if not path.is_absolute() and path.parent != Path(".")}
    return data_dir is not None and any(
        found.is_dir() for folder in folders for found in matching(data_dir / folder)
    )


def _missing_file(recipe: DatasetSpec, split: str, path: Path, places: list[Path]) -> SettingError:
    wrong = unknown_part(path, places, recipe.named)
    if wrong is not None:
        return wrong
    folders = [place.parent.resolve() for place in places]
    entries = [entry for folder in folders if folder.is_dir() for entry in folder.iterdir()]
    names = [entry.name for entry in entries if entry.is_file()]
    rule = "no such file in " + " or ".join(str(folder) for folder in dict.fromkeys(folders))
    rule += "" if names else ", where there is no file"
    return SettingError(recipe.setting_of(split), path.name, rule, names)


def _where_not(wanted: list[Path], data_dir: Path | None) -> str:
    listed = ", ".join(map(str, wanted))
    if data_dir is None:
        return f"no data folder is set (RNNLAB_DATA_DIR or paths.data_dir) and there is no {listed} here"
    missing = "" if data_dir.is_dir() else ", a folder that does not exist"
    return f"no {listed} under {data_dir}{missing}"


def _nothing_in_reach(recipe: DatasetSpec, source: str, tried: list[str]) -> SettingError:
    needed = [path for split, path in recipe.files.items() if split != UNLABELLED and path is not None]
    listed = ", ".join(needed)
    ways = [f"put {listed} under one folder and set RNNLAB_DATA_DIR to it"]
    if recipe.hub is not None:
        ways.append("let the machine reach the hub (HF_ENDPOINT names a mirror)")
    if recipe.package is not None:
        ways.append("let it reach a package index (PIP_INDEX_URL names a mirror)")
    lines = [f"{recipe.name} is in reach of no source", *(f"  tried {line}" for line in tried)]
    return SettingError("data.source", source, "\n".join([*lines, "what to do: " + "; or ".join(ways)]))


def no_unlabelled(share: float, name: str) -> SettingError:
    """Return the error for an objective that needs unlabelled texts if there are none."""
    rule = (
        f"data={name} has no texts without labels: name their file with data.files.{UNLABELLED}=..., or "
        "choose objective.unlabelled_share=0, with which the labelled texts alone serve all terms"
    )
    return SettingError("objective.unlabelled_share", share, rule)
