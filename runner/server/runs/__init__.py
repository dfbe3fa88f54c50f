"""Runs: created, dispatched to an engine, ended once, read and listed."""
