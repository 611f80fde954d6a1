"""How a process logs: lines for people, or with ``TELEWARD_LOG_FORMAT=json`` an object a line."""

import json
import logging
import os
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

LEVEL, FORMAT = "TELEWARD_LOG", "TELEWARD_LOG_FORMAT"
FORMATS: Final = ("text", "json")
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_crash: Final = logging.getLogger("teleward")


class JsonFormatter(logging.Formatter):
    """Makes one JSON object of a record: time (UTC), level, part, logger, message; what ``extra`` gave."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        """Return the object as one line; whatever is in it, it can be read again."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": self._part,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        said |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def configure(part: str, environ: Mapping[str, str] = os.environ) -> None:
    """Log to standard error, crashes too; raise ``ValueError`` for a level or format there is not."""
    level, form = environ.get(LEVEL, "INFO").upper(), environ.get(FORMAT, "text").lower()
    if level not in logging.getLevelNamesMapping():
        raise ValueError(f"{LEVEL}={level}: use DEBUG, INFO, WARNING or ERROR")
    if form not in FORMATS:
        raise ValueError(f"{FORMAT}={form}: use {' or '.join(FORMATS)}")
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(JsonFormatter(part))
        sys.excepthook = _crashed
        threading.excepthook = _thread_crashed
    else:
        handler.setFormatter(logging.Formatter(f"%(asctime)s {part} %(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _crash.critical("%s", str(error) or kind.__name__, exc_info=(kind, error, trace))


def _thread_crashed(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None:
        _crashed(what.exc_type, what.exc_value, what.exc_traceback)
