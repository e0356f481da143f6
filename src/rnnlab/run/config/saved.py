"""Read a run's config.yaml and overrides.yaml, which somebody else may have written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.errors import SettingError
from rnnlab.run.config.allowed import interpolations, targets
from rnnlab.run.config.moved_names import current_in, rename_saved
from rnnlab.run.config.origin import CLASS, PACKAGE, origin_of
from rnnlab.run.config.trust import permits
from rnnlab.untrusted import Unreadable, read_yaml

if TYPE_CHECKING:
    from omegaconf import DictConfig

SHOWN = 80  # characters of a value that an error repeats
NAMES_RUNS = ("pretrained", "resume")  # settings with paths as values, unlike groups
EVALUATED = (
    "_target_",
    "hydra",
    "${",
    "..",
    "~",
    "@",
)  # marks of an override that is more than a plain value


def config_of(path: Path) -> dict[str, Any]:
    """Read a run's config.yaml as plain values, and refuse classes that are not on the list.

    Classes that an older rnnlab named otherwise have today's names.

    Raises:
        SettingError: it is not the config of a run, has an interpolation, or names a class that is neither
            rnnlab's nor trusted.
    """
    try:
        facts = path.stat()
    except OSError as error:
        raise SettingError("RUN", path.parent, f"its {path.name} cannot be read: {error.strerror}") from error
    content = _content_of(path, (facts.st_mtime_ns, facts.st_size, facts.st_ino))
    check_content(content, path)
    return content


@cache
def _content_of(path: Path, version: tuple[int, int, int]) -> dict[str, Any]:
    content = saved_yaml(path)
    if not isinstance(content, dict):
        raise SettingError("RUN", path.parent, f"its {path.name} is not that of a run")
    rename_saved(content)
    return content


def saved_config(path: Path) -> DictConfig:
    """Read a run's config.yaml as a DictConfig that can be changed; see `config_of`."""
    from omegaconf import OmegaConf

    return OmegaConf.create(config_of(path))


def overrides_of(path: Path) -> list[str]:
    """Read a run's overrides.yaml, without evaluating it; empty if there is no such file.

    Classes have today's names, as in `config_of`.

    Raises:
        SettingError: it cannot be read, or sets what a config.yaml may not hold.
    """
    content = (saved_yaml(path) or []) if path.exists() else []
    if not isinstance(content, list) or not all(isinstance(one, str) for one in content):
        raise SettingError("RUN", path.parent, f"its {path.name} is no list of overrides")
    overrides = [current_in(one) if "_target_" in one else one for one in content]
    check_overrides(overrides, path)
    return overrides


@contextmanager
def naming(setting: str) -> Iterator[None]:
    """Make errors about a run's files name the setting that the run was given by, instead of RUN."""
    try:
        yield
    except SettingError as error:
        if error.setting != "RUN":
            raise
        raise SettingError(setting, error.value, error.rule) from error


def saved_yaml(path: Path) -> Any:
    """Read a YAML file of a run's folder; raises SettingError where it cannot be read."""
    try:
        return read_yaml(path)
    except OSError as error:
        raise SettingError("RUN", path.parent, f"its {path.name} cannot be read: {error.strerror}") from error
    except Unreadable as error:
        rule = f"its {path.name} cannot be read: {str(error)[:200]}"
        raise SettingError("RUN", path.parent, rule) from error


def check_content(content: Any, path: Path) -> None:
    """Refuse interpolations, and classes that are not permitted, in the values of a saved file."""
    for place, value in interpolations(content):
        rule = f"its {path.name} has {place}={_shown(value)}, and nothing in a saved file is evaluated"
        raise SettingError("RUN", path.parent, rule)
    for place, value in targets(content):
        if not permits(value):
            rule = f"its {path.name} would build {place}={_shown(value)}, which is not on rnnlab's list"
            raise SettingError("RUN", path.parent, f"{rule}\n{advice(value)}")


def check_overrides(overrides: list[str], path: Path) -> None:
    """Refuse saved overrides of Hydra's settings, of the environment, of files or of classes off the list."""
    for override in overrides:
        if not any(mark in override for mark in EVALUATED):
            continue
        for value, rule in _wrong(override, path):
            raise SettingError("RUN", path.parent, f"its {path.name} has {_shown(value)}, {rule}")


def _wrong(override: str, path: Path) -> list[tuple[str, str]]:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException, OverrideParseException

    try:
        parsed = OverridesParser.create().parse_override(override)
    except (OverrideParseException, HydraException, RecursionError):
        return [(override, "which is no override")]
    key = parsed.key_or_group
    if key.partition(".")[0].partition("/")[0] == "hydra":
        return [(override, "a setting of Hydra's own")]
    if "${" in override and any(":" in part.partition("}")[0] for part in override.split("${")[1:]):
        return [(override, "which would be evaluated: type that setting again")]
    value = None if parsed.is_delete() else parsed.value()
    if "." not in key and key not in NAMES_RUNS and ".." in f"{value}{key}".replace("\\", "/").split("/"):
        return [(override, "which leaves conf/")]
    node: Any = value
    for part in reversed(key.split(".")):
        node = {part: node}
    check_content(_without_references(node), path)
    return []


def _without_references(node: Any) -> Any:
    """Remove `${` from values: overrides are composed again, so they may refer to other settings."""
    if isinstance(node, dict):
        return {str(key): _without_references(item) for key, item in node.items()}
    if isinstance(node, list):
        return [_without_references(item) for item in node]
    return str(node).replace("${", "") if isinstance(node, str) and "${" in node else node


def advice(target: object) -> str:
    """Return the second line of the error on a refused class: how the user can allow it."""
    if not isinstance(target, str):
        return "a class is named by a text"
    origin = origin_of(target)
    if origin is None:
        return "nothing of Python itself and nothing that is not installed is built from a saved file"
    name = origin.name if origin.kind in (PACKAGE, CLASS) else target.partition(".")[0]
    where = {PACKAGE: f"all of the package {origin.name}", CLASS: "that class"}.get(origin.kind, origin.name)
    return f"where you know what it does: --trust {name} allows {where}, in every folder from now on"


def _shown(value: object) -> str:
    said = " ".join(str(value).split())
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}..."
