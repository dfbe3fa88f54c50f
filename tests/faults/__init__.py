"""Fault campaigns: the runner buys from the server through a proxy that does it harm, and is killed on the way."""
