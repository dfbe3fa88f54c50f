"""Callbacks: what became of a run, told to the address that its client gave."""
