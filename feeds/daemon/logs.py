"""Logs: text for eyes on a terminal, otherwise one JSON object a line, both on stderr."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from feeds.config.values import LogLevel

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
"""What every record has; what else it has was said by the caller."""


def set_up(level: LogLevel, stream: TextIO | None = None) -> None:
    """Have everything from `level` on written to stderr. May be called again with another level."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ForEyes() if stream.isatty() else ForMachines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    logging.getLogger("feeds").setLevel(level.upper())
    logging.getLogger("uvicorn.access").setLevel(logging.INFO if level == "debug" else logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def _said(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _OWN}


class ForMachines(logging.Formatter):
    """One JSON object a line: time, level, logger, event, and what belongs to it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_said(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()


class ForEyes(logging.Formatter):
    """`12:00:05 warning  a source is missing  source=/srv/dumps`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, and the trace if there is one below it."""
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        said = "  ".join(f"{name}={value}" for name, value in _said(record).items())
        line = f"{clock} {record.levelname.lower():8} {record.getMessage()}  {said}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line.encode("utf-8", "backslashreplace").decode()
