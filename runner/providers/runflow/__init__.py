"""Runflow's hosted API: the only place that knows its words, paths and shapes."""

from runner.providers.runflow.connection import Connection, Doors, TimeLimits
from runner.providers.runflow.preflight import Preflight
from runner.providers.runflow.provider import RunflowProvider, open_runflow

__all__ = ["Connection", "Doors", "Preflight", "RunflowProvider", "TimeLimits", "open_runflow"]
