"""The run folder: the files that every run leaves, and how it is opened again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from omegaconf import DictConfig, OmegaConf


@dataclass(frozen=True)
class RunFolder:
    """Names of the files in a run's folder."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config.yaml"

    @property
    def overrides(self) -> Path:
        return self.path / "overrides.yaml"

    @property
    def tokenizer(self) -> Path:
        return self.path / "tokenizer.json"

    @property
    def series(self) -> Path:
        return self.path / "series.json"

    @property
    def conformal(self) -> Path:
        return self.path / "conformal.json"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics.csv"

    @property
    def best(self) -> Path:
        return self.path / "checkpoints" / "best.ckpt"

    @property
    def last(self) -> Path:
        return self.path / "checkpoints" / "last.ckpt"

    @property
    def ngrams(self) -> Path:
        return self.path / "ngrams.npz"

    @property
    def figures(self) -> Path:
        return self.path / "figures"

    @property
    def samples(self) -> Path:
        return self.path / "samples.txt"

    @property
    def predictions(self) -> Path:
        return self.path / "predictions.parquet"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    @property
    def patch(self) -> Path:
        return self.path / "code.diff"

    @property
    def packages(self) -> Path:
        return self.path / "packages.txt"

    def write_code(self, patch: str, packages: list[str]) -> None:
        """Write packages.txt, and code.diff if the code differs from its commit."""
        if patch:
            self.patch.write_text(patch, encoding="utf-8")
        else:  # left by an earlier start
            self.patch.unlink(missing_ok=True)
        self.packages.write_text("\n".join(packages) + "\n", encoding="utf-8")

    def write_config(self, cfg: DictConfig) -> None:
        """Write config.yaml with every choice resolved."""
        OmegaConf.save(cfg, self.config, resolve=True)

    def write_choices(self, cfg: DictConfig, overrides: list[str]) -> None:
        """Write config.yaml with every choice resolved, and overrides.yaml with the typed overrides."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.write_config(cfg)
        self.overrides.write_text(yaml.safe_dump(overrides, allow_unicode=True), encoding="utf-8")
