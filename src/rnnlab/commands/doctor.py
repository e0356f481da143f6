"""`rnnlab doctor`: look at the installation, the machine, data sources and folders."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from rnnlab.commands.diagnosing.finding import Finding

SUMMARY = "whether everything is there: versions, cores, GPU, data sources, folders that can be written"
EXAMPLES = """\
examples:
  rnnlab doctor
  rnnlab doctor --offline
  rnnlab doctor --json > doctor.json
  rnnlab doctor --offline --json

ok is fine; a note is about what only some trainings need; broken is what every training needs. Exit code 0,
or 1 where something is broken. It asks the hub and the package index whether they answer, and sends nothing
else. Put the output of --json into a report of a problem."""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--offline", action="store_true", help="do not ask the hub and the package index")


def run(arguments: Namespace) -> None:
    findings = []
    for finding in look(arguments.offline):
        findings.append(finding)
        if not arguments.json:
            print(f"{finding.level:<6}  {finding.topic:<13}  {finding.text}", flush=True)
    broken = sum(finding.level == "broken" for finding in findings)
    if arguments.json:
        print(json.dumps({"broken": broken, "findings": [one._asdict() for one in findings]}, indent=2))
    elif broken:
        print(f"{broken} of {len(findings)} broken", file=sys.stderr)
    sys.exit(1 if broken else 0)


def look(offline: bool) -> Iterator[Finding]:
    """Yield every finding, what takes longest last."""
    from rnnlab.commands.diagnosing.packages import packages

    yield from packages()
    try:
        from rnnlab.commands.diagnosing.machine import cores, room, torch_works
        from rnnlab.commands.diagnosing.places import data_files, folders, servers
    except ImportError as error:  # of a package that is named above
        yield Finding("imports", "broken", f"nothing else can be looked at: {error}", {"error": str(error)})
        return
    yield cores()
    yield room()
    yield from folders()
    yield data_files()
    if not offline:
        yield from servers()
    yield from torch_works()
