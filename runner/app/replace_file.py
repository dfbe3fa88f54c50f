"""Write a file as a whole."""

import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file as a whole: who opens it meanwhile sees the old one or the new one.

    Raises:
        OSError: it cannot be written; the old one is left as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".report-", delete=False) as file:
        file.write(content)
    temporary = Path(file.name)
    try:
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
