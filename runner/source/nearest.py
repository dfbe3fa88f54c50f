"""The nearest right name to a wrong one, for hints."""

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Find the name that was probably meant; None where none is near.

    Two names are near when at most a third of the letters, and at most three, were mistyped, with letters that
    changed places counted once (optimal string alignment).
    """
    # Imported here because a recipe without mistakes needs no hint.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = min(3, max(1, len(name) // 3))
    found = process.extractOne(name.lower(), {n: n.lower() for n in names}, scorer=OSA.distance, score_cutoff=most)
    return found[2] if found is not None else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Say the nearest name as a hint, else list the names there are."""
    known = sorted(names)
    near = nearest(name, known)
    if near is not None:
        return f"did you mean '{near}'?"
    return f"there are: {', '.join(known)}" if 0 < len(known) <= 12 else ""
