"""Train a recurrent network: `python train.py task=imdb model=bilstm`; `--help` shows every choice."""

from pathlib import Path

from rnnlab.commands.train import train
from rnnlab.run.config.encoding import escape_output, start_in_utf8

if __name__ == "__main__":
    start_in_utf8()
    escape_output()
    train(Path(__file__).parent / "conf")
