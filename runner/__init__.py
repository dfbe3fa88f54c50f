"""edit-runner: reviewed, priced and resumable batches of model photo edits."""

__version__ = "0.1.0"
