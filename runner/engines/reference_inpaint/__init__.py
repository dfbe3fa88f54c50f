"""Fill a hole with content that matches a reference."""
