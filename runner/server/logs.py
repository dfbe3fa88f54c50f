"""The server's own log: one JSON object a line."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

import orjson

from runner.server.clock import time_text

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SERVER = "runner.server"


class JsonLines(logging.Formatter):
    """Writes a record as JSON: time, level, event, and what came with it under its own name."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _USUAL and value is not None}
        if record.exc_info is not None and record.exc_info[0] is not None:
            line["exception"] = "".join(traceback.format_exception(*record.exc_info))
        return orjson.dumps(line, default=str).decode()


def open_log(stream: TextIO | None = None) -> logging.Logger:
    """Make the server's log, and let uvicorn's complaints go into it too.

    Args:
        stream: Where it goes; stderr if none is given.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for name, level in ((_SERVER, logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
    return logging.getLogger(_SERVER)
