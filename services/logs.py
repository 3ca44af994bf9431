"""Structured logs without personal data: one line an event, JSON unless somebody watches at a terminal."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from services.settings import settings

HIDDEN = "•••"

PERSONAL = frozenset(
    "address after before birth_date cookie email filter inn last_name first_name login middle_name name ogrn passport "
    "password phone search token totp value".split()
)
"""Keys whose values never reach a log, whoever passes them."""

_PATTERNS = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # e-mail
    re.compile(r"\+7[\d\s()-]{10,}"),  # phone
    re.compile(r"(?<![\w.-])\d{10,}(?![\w.-])"),  # phone, ИНН, ОГРН
    re.compile(r"\b\d{2}\s?\d{2}\s\d{6}\b"),  # passport
    re.compile(r"(?<=\)=\().*?(?=\) )"),  # PostgreSQL: «Key (name_key)=(иванов иван) already exists»
)


def configure() -> None:
    """Send everything logged in this process, by whatever library, through one formatter to stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    watched = sys.stderr.isatty()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if watched else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings().log_level.upper())
    for name in list(logging.root.manager.loggerDict):
        # uvicorn and Streamlit bring handlers of their own, which would write past the formatter.
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for chatty in ("alembic", "apscheduler", "watchdog", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger: `logger(__name__).info("imported", rows=10)`; the event is a constant, facts are keys."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


def hide_personal(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Blank the values of personal keys, and what looks personal inside any text."""
    return {key: HIDDEN if key in PERSONAL else _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if key == "timestamp" or not isinstance(value, str):
        return value
    for pattern in _PATTERNS:
        value = pattern.sub(HIDDEN, value)
    return value
