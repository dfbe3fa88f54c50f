"""From the events of a run to what people and machines read of it."""
