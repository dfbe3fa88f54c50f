"""Lists: filtered, sorted, in pages."""
