"""A sweep is shown whatever one of its jobs has left."""

from typing import Any

import pytest

from rnnlab.cli import main

RESULTS = [b"{", b"", b"\x00\xff", b"[1]", b"null", b'{"status": {}, "metrics": [1], "seconds": "x"}']


@pytest.mark.parametrize("content", RESULTS)
def test_broken_files_of_a_job_are_passed_over(small: Any, capsys: Any, content: bytes) -> None:
    (small.folder.job(0) / "result.json").write_bytes(content)
    for name in ("metrics.csv", "config.yaml", "overrides.yaml"):
        (small.folder.job(1) / name).write_bytes(b"\x00\xff,,\n[")
    for action in ("status", "show"):
        assert main(["sweep", action, str(small.folder.path)]) == 0
        assert "0.7" in capsys.readouterr().out
