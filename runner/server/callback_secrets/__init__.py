"""Callback secrets: what callbacks are signed with."""
