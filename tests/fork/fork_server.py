"""Imports everything once, then forks a process for each command line that a client asks for."""

from __future__ import annotations

import array
import atexit
import gc
import importlib
import marshal
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import threading
import traceback
import types
from contextlib import suppress
from typing import NoReturn

OTHERS = ["matplotlib.pyplot", "numpy", "pandas", "pyarrow.parquet", "sklearn.linear_model"]


def preload() -> None:
    import rnnlab

    for module in pkgutil.walk_packages(rnnlab.__path__, "rnnlab.", onerror=lambda name: None):
        OTHERS.append(module.name)
    for name in OTHERS:
        with suppress(ImportError):  # of what is not installed: who asks for it is told
            importlib.import_module(name)
    import torch

    torch.set_num_threads(1)
    threads = os.listdir("/proc/self/task") if sys.platform == "linux" else ["one"]
    assert len(threads) == 1, "a thread of an imported module would be missing after a fork"
    gc.collect()
    gc.freeze()  # else a collection in a child would copy all pages


class Server:
    def __init__(self, address: str) -> None:
        self.clients: dict[int, socket.socket] = {}  # by the process that was forked
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(address)
        self.listener.listen(64)
        self.ended, self.wake = socket.socketpair()
        self.wake.setblocking(False)
        self.selector = selectors.DefaultSelector()
        for source in (self.listener, self.ended, 0):
            self.selector.register(source, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until standard input is closed, which is when the process of the tests has ended."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake.fileno())
        while True:
            for key, _ in self.selector.select():
                if key.fd == 0:
                    return
                if key.fileobj is self.ended:
                    self.ended.recv(4096)
                    self.reap()
                elif key.fileobj is self.listener:
                    self.accept()
                else:
                    self.hear(key.data)

    def accept(self) -> None:
        client, _ = self.listener.accept()
        length, ancillary, _, _ = client.recvmsg(8, socket.CMSG_SPACE(12))
        streams = array.array("i", ancillary[0][2])
        request = client.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL)
        child = os.fork()
        if child == 0:
            self.leave(client)
            become(*marshal.loads(request), streams)
        for stream in streams:
            os.close(stream)
        self.clients[child] = client
        self.selector.register(client, selectors.EVENT_READ, child)

    def hear(self, child: int) -> None:
        """Signals for a child; where its client is gone, the child and all that it started are ended."""
        numbers = self.clients[child].recv(64)
        if numbers:
            for number in numbers:
                os.kill(child, number)
        else:
            self.selector.unregister(self.clients[child])
            os.killpg(child, signal.SIGKILL)

    def reap(self) -> None:
        while self.clients:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            client = self.clients.pop(child)
            if client in self.selector.get_map():
                self.selector.unregister(client)
                client.send(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))
            client.close()

    def leave(self, client: socket.socket) -> None:
        """In the child: nothing of the server stays open."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.selector.close()
        for opened in (self.listener, self.ended, self.wake, client, *self.clients.values()):
            opened.close()


def become(
    arguments: list[str], folder: str, environment: dict[str, str], streams: array.array[int]
) -> NoReturn:
    """Run a command line in this process and end it with that one's exit code."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    servers = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [folder, *own, *(path for path in sys.path[1:] if path not in servers)]
    os.environ.clear()
    os.environ.update(environment)
    encoding, _, errors = environment.get("PYTHONIOENCODING", "").partition(":")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding=encoding or None, errors=errors or None)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))
    sys.modules["numpy"].random.seed()
    sys.orig_argv = [sys.executable, *arguments]
    code = 1
    try:
        execute(arguments)
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        if stop.code is not None and not isinstance(stop.code, int):
            print(stop.code, file=sys.stderr)
    except KeyboardInterrupt as error:
        traceback.print_exception(error)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException as error:
        traceback.print_exception(error)
    finally:
        end(code)


def execute(arguments: list[str]) -> None:
    """What `python ARGUMENTS` does."""
    kind, *rest = arguments
    if kind == "-m":
        sys.argv = rest
        sys.modules.pop(rest[0], None)  # it was imported by the server, and is run as __main__ now
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path[0] = ""
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    else:
        sys.argv = arguments
        sys.path[0] = os.path.dirname(os.path.realpath(kind))
        runpy.run_path(kind, run_name="__main__")


def end(code: int) -> NoReturn:
    """As the interpreter ends, but without freeing the objects of all modules, which takes 0.3 s."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads and ends those of pools
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:
        traceback.print_exception(error)
        code = code or 120
    finally:
        os._exit(code & 0xFF)


def main(address: str) -> None:
    preload()
    server = Server(address)
    print("ready", flush=True)
    server.serve()
    os.unlink(address)
    os.rmdir(os.path.dirname(address))


if __name__ == "__main__":
    main(sys.argv[1])
