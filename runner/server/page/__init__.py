"""The page for a person: queue, recent runs, throughput."""
