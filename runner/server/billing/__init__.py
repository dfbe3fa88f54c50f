"""Credit: what an organization may still spend."""
