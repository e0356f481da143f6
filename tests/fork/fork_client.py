"""Stands for a forked process: hands over arguments, folder, environment and streams, passes signals on, and
ends as that process does."""

import array
import marshal
import os
import signal
import socket
import sys

PASSED = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2]

with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    for number in PASSED:
        signal.signal(number, lambda number, _: server.send(bytes([number])))
    request = marshal.dumps((sys.argv[2:], os.getcwd(), dict(os.environ)))
    streams = array.array("i", [0, 1, 2])
    server.sendmsg([len(request).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    server.sendall(request)
    answer = server.recv(8)
if not answer:
    sys.exit("the server of forks has ended")
code = int.from_bytes(answer, "big", signed=True)
if code < 0:
    if -code in PASSED:
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
