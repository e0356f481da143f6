"""python stop.py STEP train.py ...: a training that is stopped as by Ctrl-C after that step."""

import runpy
import signal
import sys

from rnnlab.callback.throughput import Throughput  # of the old code

STEP = int(sys.argv.pop(1))
before = Throughput.on_train_batch_end


def stop(self, trainer, *rest):
    before(self, trainer, *rest)
    if trainer.global_step == STEP:
        signal.raise_signal(signal.SIGINT)


Throughput.on_train_batch_end = stop
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
