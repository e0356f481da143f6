"""The lab's services to a kind of problem: build from config nodes, validate, open earlier runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.kinds.work import EarlierRun, Facts, Work
from rnnlab.run.build.assemble import build_member
from rnnlab.run.build.make import make
from rnnlab.run.build.pretrained import check_tokenizer
from rnnlab.run.build.rebuild import rebuild
from rnnlab.run.config.check_pretrained import named_run
from rnnlab.run.config.saved import saved_config
from rnnlab.run.folder.checkpoint import loading
from rnnlab.run.folder.result import read
from rnnlab.run.folder.run_folder import RunFolder

if TYPE_CHECKING:
    from torch import nn

    from rnnlab.tokenizer import Tokenizer


@dataclass
class RunLab:
    """`rnnlab.kinds.work.Lab` of one run; `work` is set once there is one."""

    cfg: DictConfig
    work: Work | None = None

    def make(self, node: Any, parts: Mapping[str, Any]) -> Any:
        return make(node, **parts)

    def plain(self, key: str) -> Any:
        node = OmegaConf.select(self.cfg, key)
        return OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node

    def member(self, model: Mapping[str, Any]) -> nn.Module:
        assert self.work is not None
        own: Any = OmegaConf.merge(self.cfg, {"model": dict(model)})
        vocab_size = self.work.data.tokenizer.vocab_size if self.work.words is not None else None
        return build_member(own, self.work.facts, vocab_size, self.work.words)

    def validate(self) -> None:
        assert self.work is not None
        trainer, validate = self.work.trainer, self.work.trainer.validate
        parts = {"datamodule": self.work.data, "verbose": False, **loading(validate, self.work.folder.best)}
        trainer.validate(self.work.task, **parts)

    def earlier(self, name: str, setting: str) -> EarlierRun:
        folder = named_run(self.cfg, name, setting)
        return Earlier(saved_config(folder.config), read(folder.path / "result.json"), folder, setting)


@dataclass(frozen=True)
class Earlier:
    """`rnnlab.kinds.work.EarlierRun`: a finished run by its folder."""

    settings: DictConfig
    result: Mapping[str, Any]
    folder: RunFolder
    setting: str

    def check_tokenizer(self, tokenizer: Tokenizer) -> None:
        check_tokenizer(self.folder, tokenizer.to_json(), self.setting)

    def network(self, tokenizer: Tokenizer, facts: Facts) -> nn.Module:
        return rebuild(self.settings, self.folder, tokenizer, facts)


def work_of(cfg: DictConfig, folder: RunFolder, data: Any, facts: Facts) -> Work:
    """Return the run at work, with prepared data and nothing else yet."""
    lab = RunLab(cfg)
    lab.work = Work(cfg, folder, lab, data, facts)
    return lab.work
