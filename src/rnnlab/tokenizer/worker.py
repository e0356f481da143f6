"""Worker process of `rnnlab.tokenizer.parallel`: reads a function, then chunks, and writes results."""

from __future__ import annotations

import os
import pickle
import signal
import sys


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent answers it
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # printed text must not get between the results
    try:
        function = pickle.load(source)
        while True:
            chunk = pickle.load(source)
            try:
                answer = (True, function(chunk))
            except Exception as error:
                answer = (False, error)
            pickle.dump(answer, sink, pickle.HIGHEST_PROTOCOL)
            sink.flush()
    except EOFError:
        return  # the parent has no more chunks, or is gone


if __name__ == "__main__":
    main()
