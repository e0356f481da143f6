"""`rnnlab serve RUN ...`: serve finished runs over HTTP, with a page to try them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from socket import socket

from rnnlab.errors import SettingError
from rnnlab.run.folder.find import OUTPUTS
from rnnlab.serve.service.limits import Limits

SUMMARY = "finished runs as an HTTP service, with a page to try them"
EXAMPLES = """\
examples:
  rnnlab serve last:tweets
  rnnlab serve last:tweets last:imdb last:shakespeare --port 9000
  rnnlab serve last --host 0.0.0.0 --token "$(openssl rand -hex 16)" --rate 20
  curl localhost:8000/predict -H 'content-type: application/json' -d '{"text": "what a waste"}'

The page is at /, what can be asked at /docs. SIGTERM or Ctrl+C ends it in order: what was accepted is
answered first. docs/serving.md has the rest."""


def add_options(parser: ArgumentParser) -> None:
    limits = Limits()
    help_runs = "a run's folder, a part of its path, last, or last:TASK; one or more"
    parser.add_argument("runs", metavar="RUN", nargs="+", help=help_runs)
    help_outputs = "the folder that holds the runs (default: outputs)"
    parser.add_argument("--outputs", metavar="DIR", type=Path, default=OUTPUTS, help=help_outputs)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine alone)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    help_allow = "a name by which requests may call the service, beside this machine's; * for every name"
    parser.add_argument("--allow-host", metavar="NAME", action="append", default=[], help=help_allow)
    parser.add_argument("--token", help="what requests must bring, as Authorization: Bearer TOKEN")
    for name, kind, text in (
        ("max-batch", int, "texts that a network reads at once"),
        ("max-wait-ms", float, "how long a batch waits for more of them"),
        ("queue", int, "texts that may wait; beyond them the answer is 503"),
        ("rate", float, "requests a second of one client, beyond them 429; 0 for no limit"),
        ("connections", int, "open at once; beyond them one that waits is closed, or the answer is 503"),
        ("head-seconds", float, "for a request's address and headers to arrive"),
        ("body-seconds", float, "for a request's body to arrive"),
        ("write-seconds", float, "for a client that has stopped reading to go on"),
        ("idle-seconds", float, "for which a connection may wait for its next request"),
    ):
        default = getattr(limits, name.replace("-", "_"))
        parser.add_argument(f"--{name}", type=kind, default=default, help=f"{text} (default: {default:g})")
    help_engine = "what computes: auto takes onnx where it can hold the network (default: auto)"
    parser.add_argument("--engine", choices=["auto", "onnx", "torch"], default="auto", help=help_engine)
    help_quantize = "matrices of 8 bits: faster, a little less exact; `rnnlab export` measures by how much"
    parser.add_argument("--quantize", action="store_true", help=help_quantize)
    parser.add_argument("--threads", type=int, default=1, help="of the networks' operations (default: 1)")


def run(arguments: Namespace) -> None:
    typed = {name: getattr(arguments, name) for name in Limits._fields if hasattr(arguments, name)}
    limits = Limits(**typed)
    limits.check()
    if arguments.threads < 1:
        raise SettingError("--threads", arguments.threads, "must be at least 1")
    if arguments.quantize and arguments.engine == "torch":
        raise SettingError("--quantize", True, "needs --engine onnx: torch has the run's own weights")
    if arguments.token is not None and not (arguments.token.isascii() and arguments.token.isprintable()):
        raise SettingError("--token", "...", "must be of printable ASCII characters")
    if arguments.token == "":
        raise SettingError("--token", "", "must not be empty")
    from rnnlab.serve.service.bind import bind
    from rnnlab.serve.service.server import sockets_for

    most = sockets_for(limits.connections)
    if most < limits.connections:
        print(f"note: the system lets a process have {most} connections, not {limits.connections}")
        limits = limits._replace(connections=most)
    bound = bind(arguments.host, arguments.port)
    with bound:
        _serve(arguments, limits, bound)


def _serve(arguments: Namespace, limits: Limits, bound: socket) -> None:
    import torch

    from rnnlab.serve.service.engine import engine_of
    from rnnlab.serve.service.loaded import Loaded, named
    from rnnlab.serve.service.server import serve
    from rnnlab.serve.service.service import Service
    from rnnlab.sweep.best_run import open_run

    torch.set_num_threads(arguments.threads)
    runs = named([open_run(name, arguments.outputs) for name in arguments.runs])
    loaded = [
        Loaded(name, run, engine_of(run, arguments.engine, arguments.threads, arguments.quantize))
        for name, run in runs.items()
    ]
    for one in loaded:
        one.warm_up()
        note = one.engine.note and f" ({one.engine.note})"
        bits = ", 8 bits" if arguments.quantize else ""
        print(f"{one.name}  {one.run.folder.path}  {one.engine.name}{bits}{note}")
    hosts = [arguments.host, *arguments.allow_host]
    serve(Service(loaded, limits, arguments.token, arguments.threads, hosts), bound)
