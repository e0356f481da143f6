"""The sizes that docs/probes.md lists are those of conf/probe."""

from __future__ import annotations

from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

ROOT = Path(__file__).parents[2]


def counted(number: int) -> str:
    return f"{number:,}"


def row_of(name: str) -> list[str]:
    """The row of a probe: unit, each budget's lengths and steps, chance at the longest laptop row."""
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        probe = instantiate(compose("train", overrides=["task=probe", f"probe={name}"]).probe)
    cells = [probe.unit]
    for own in (probe.sizes["laptop"], probe.sizes["paper"]):
        ends = sorted({own["shortest"], own["longest"]})
        tests = own["test_lengths"]
        cells.append(" to ".join(map(counted, ends)))
        cells.append(", ".join(map(counted, tests)))
        cells.append(counted(own["steps"]))
    chance = probe.chance(probe.sizes["laptop"]["longest"])
    return [*cells, f"{'' if probe.num_classes else 'error '}{chance:.2f}"]


def test_the_table_of_sizes_is_that_of_conf():
    text = (ROOT / "docs" / "probes.md").read_text(encoding="utf-8")
    table = text.partition("laptop: trained on")[2].partition("\n\n")[0].splitlines()[2:]
    listed = {}
    for line in table:
        names, *cells = line.split(" | ")
        listed |= {name.strip("`"): cells for name in names.split(", ")}
    assert set(listed) == {path.stem for path in (ROOT / "conf" / "probe").glob("*.yaml")}
    assert listed == {name: row_of(name) for name in listed}
