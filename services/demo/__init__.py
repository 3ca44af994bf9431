"""Invented data over all entities and log-ins for every role, for looking around and for measuring."""

from services.demo.load import build
from services.demo.run import DemoLogin, DemoResult, run

__all__ = ["DemoLogin", "DemoResult", "build", "run"]
