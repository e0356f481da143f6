"""Train a recurrent network: `python train.py task=imdb model=bilstm`; `--help` shows every choice."""

import sys
from pathlib import Path

import hydra
from omegaconf import DictConfig

from rnnlab.run.config.encoding import escape_output, start_in_utf8
from rnnlab.run.train.job import job, orderly
from rnnlab.sweep.command import prepare

CONFIG_DIR = Path(__file__).parent / "conf"


@hydra.main(version_base="1.3", config_path=str(CONFIG_DIR), config_name="train")
def main(cfg: DictConfig) -> None:
    job(cfg)


if __name__ == "__main__":
    start_in_utf8()
    escape_output()
    with orderly():
        sys.argv[1:] = prepare(sys.argv[1:], CONFIG_DIR)
        main()
