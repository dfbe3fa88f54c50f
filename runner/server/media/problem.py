"""What is wrong with the media of a run."""


class MediaProblem(Exception):
    """A sentence about a picture, an archive or their address: lower case, without secrets.

    It becomes a field's error where a run is created, and the run's failure where it has begun.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
