"""Media: the pictures of a run, checked when it is created and fetched when it begins."""
