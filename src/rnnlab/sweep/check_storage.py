"""Check that a sweep's study can be written."""

from __future__ import annotations

import os
from pathlib import Path

from rnnlab.errors import SettingError

NAME = "sweep.storage"
PATIENCE = 5  # seconds to wait for a database
TIMEOUTS = {"postgresql": "connect_timeout", "mysql": "connect_timeout"}


def check_storage(address: str | None) -> None:
    """Raise SettingError for a database that does not answer, or a file that cannot be written."""
    if address is None:
        return
    kind, colon, rest = str(address).partition("://")
    if not colon:
        rule = "must be a database's address such as postgresql://user@host/name or sqlite:////FILE"
        raise SettingError(NAME, address, rule)
    if kind.partition("+")[0] != "sqlite":
        _connect(str(address), TIMEOUTS.get(kind.partition("+")[0]))
        return
    path = Path(rest[1:])
    if not rest[1:]:
        raise SettingError(NAME, address, "must be a file: what is kept in memory is not shared by workers")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise SettingError(NAME, address, f"cannot be written: {path.parent} is not a writable folder")
    if path.exists():
        if not os.access(path, os.W_OK):
            raise SettingError(NAME, address, f"cannot be written: {path}")
        _connect(str(address), None)


def _connect(address: str, timeout: str | None) -> None:
    import sqlalchemy  # late: with Optuna, and only where there is a database

    arguments = {} if timeout is None else {timeout: PATIENCE}
    try:
        engine = sqlalchemy.create_engine(address, connect_args=arguments)
        sqlalchemy.inspect(engine).get_table_names()
        engine.dispose()
    except ImportError as error:
        rule = f"needs the package {error.name}: pip install {error.name}"
        raise SettingError(NAME, address, rule) from error
    except sqlalchemy.exc.SQLAlchemyError as error:
        told = str(error).splitlines()[0]
        raise SettingError(NAME, address, f"cannot be opened: {told}") from error
