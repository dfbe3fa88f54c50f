"""Runflow's hosted API: the only place that knows its words, paths and shapes."""

from runner.providers.runflow.callback import Listener
from runner.providers.runflow.connection import Connection, Doors, TimeLimits
from runner.providers.runflow.preflight import Preflight
from runner.providers.runflow.provider import RunflowProvider, open_runflow
from runner.providers.runflow.receiver import open_receiver

__all__ = [
    "Connection",
    "Doors",
    "Listener",
    "Preflight",
    "RunflowProvider",
    "TimeLimits",
    "open_receiver",
    "open_runflow",
]
