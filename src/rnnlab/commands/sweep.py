"""`rnnlab sweep status|show|cancel SWEEP`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rnnlab.errors import SettingError

SUMMARY = "how far a sweep is (status) and what came out of it (show), or ends it early (cancel)"
ACTIONS = ("status", "show", "cancel")
EXAMPLES = """\
examples:
  rnnlab sweep status last
  rnnlab sweep show outputs/sweeps/2026-11-22_12-00-00_1a2b3c --top 5
  rnnlab sweep show last --csv > settings.csv
  rnnlab sweep cancel last

status reads the sweep's files alone and works for one that runs elsewhere or was killed. show writes figures,
tables and best.yaml into the sweep's folder. cancel starts no other job, lets running ones save, kills those
that have not after sweep.kill_after seconds, and waits until all workers have left; to go on:
python train.py -m sweep.resume=FOLDER."""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("action", metavar="|".join(ACTIONS), help="what to do")
    parser.add_argument("sweep", metavar="SWEEP", help="a sweep's folder, its name, a part of that, or last")
    parser.add_argument("--top", metavar="N", type=int, help="show: settings in the table (default: 20)")
    parser.add_argument("--json", action="store_true", help="show: one JSON object with all settings")
    parser.add_argument("--csv", action="store_true", help="show: all settings as CSV")
    place = "where sweeps/ lies (default: outputs)"
    parser.add_argument("--outputs", metavar="DIR", type=Path, default=Path("outputs"), help=place)


def run(arguments: Namespace) -> None:
    if arguments.action not in ACTIONS:
        raise SettingError("ACTION", arguments.action, f"must be one of {', '.join(ACTIONS)}", ACTIONS)
    _check_options(arguments)
    from rnnlab.sweep.find import find_sweep
    from rnnlab.sweep.outcome.record import read_record

    record = read_record(find_sweep(arguments.sweep, arguments.outputs))
    if arguments.action == "status":
        from rnnlab.sweep.outcome.status import status

        print(status(record))
    elif arguments.action == "cancel":
        from rnnlab.sweep.outcome.cancel import cancel, until_left

        print(cancel(record), flush=True)
        if not record.is_over:
            until_left(record, print)
    else:
        _show(record, arguments)


def _check_options(arguments: Namespace) -> None:
    for name in ("top", "json", "csv"):
        if getattr(arguments, name) and arguments.action != "show":
            raise SettingError(f"--{name}", getattr(arguments, name), "belongs to rnnlab sweep show")
    if arguments.json and arguments.csv:
        raise SettingError("--csv", True, "cannot stand beside --json")


def _show(record: object, arguments: Namespace) -> None:
    from rnnlab.sweep.end import leave, places
    from rnnlab.sweep.outcome.files import settings_csv, settings_json
    from rnnlab.sweep.outcome.record import Record
    from rnnlab.sweep.outcome.settings import ranked, settings_of
    from rnnlab.sweep.outcome.summary import TOP, summary

    assert isinstance(record, Record)
    if arguments.json or arguments.csv:
        settings = settings_of(record)
        best = ranked(settings, record.directions)
        known = {setting.trial for setting in best}
        chosen = [*best, *(s for s in settings if s.trial not in known)][: arguments.top]
        if arguments.csv:
            settings_csv(record, chosen, sys.stdout)
        else:
            print(json.dumps(settings_json(record, chosen)))
        return
    print(summary(record, arguments.top or TOP))
    print(f"\n{places(record, *leave(record))}")
