"""The jobs whose time is measured, one module each: ``measure(place)`` gives a :class:`bench.results.Result`."""
