"""How an output is to be saved, and the digest of that: what was saved so before is known."""

from collections.abc import Mapping

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Digest, Json, digest_json
from runner.execute.marks import source_type
from runner.execute.pixels import Saving
from runner.plan.plan import Action, Output


def saving_of(output: Output, actions: Mapping[ActionKey, Action]) -> Saving:
    """Say how an output is to be saved; the actions are those of its plan, by key."""
    stored = actions[output.key].params.get("quality")
    return Saving(
        media_type=output.media_type,
        quality=output.quality,
        stored_quality=stored if isinstance(stored, int) else None,
        keep=output.keep,
        mark=source_type(output.key, actions) if output.mark else None,
    )


def encoding_key(output: Output, artifact: Artifact, saving: Saving) -> Digest:
    """Digest all that decides the bytes of an output."""
    source = None if output.source is None else output.source.artifact.digest
    keep: list[Json] = [*sorted(saving.keep)]
    how: list[Json] = [saving.media_type, saving.quality, keep, saving.mark]
    return digest_json("encoding/1", [artifact.digest, source, how])
