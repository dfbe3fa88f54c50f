"""One file per command: read, decide, act, write; the only place that knows all parts."""
