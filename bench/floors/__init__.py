"""The least that any program must do for a job, as small scripts."""
