"""Values of a plan as JSON has them: each with its members by their names in the document.

A plan of a large batch has hundreds of thousands of values of a few types. Those are spelled out, which takes half the
time of asking their type for its fields; all others are written by their fields.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from typing import Any

from runner.core.artifact import Artifact, Size
from runner.core.diagnostic import Diagnostic, flat
from runner.core.money import Difference, Money
from runner.plan.plan import Action, Cell, InputImage, Output, StepImage


def as_json(value: Any) -> object:
    """Give a value of a plan as JSON has it: members by their names in the document.

    What is in a member may be of the plan's own types still, to be given to this in its turn.

    Raises:
        TypeError: it is of no type that a plan has.
    """
    write = _WRITERS.get(type(value))
    if write is None:
        write = _by_fields(type(value))  # type: ignore[arg-type] # a class can be hashed
    return write(value)


@cache
def _by_fields(kind: type) -> Callable[[object], object]:
    if not is_dataclass(kind):
        raise TypeError(f"no part of a plan: {kind}")
    names = [(_alias(field.type) or field.name, field.name) for field in fields(kind)]
    return lambda value: {name: getattr(value, attribute) for name, attribute in names}


def _alias(annotation: object) -> str | None:
    """The name that an ``Annotated[…, Field(alias=…)]`` gives a member."""
    notes = getattr(annotation, "__metadata__", ())
    return next((note.alias for note in notes if getattr(note, "alias", None)), None)


_text = lru_cache(maxsize=1024)(str)


def _action(action: Action) -> dict[str, object]:
    price, payable, size = action.list_price, action.payable, action.output_size
    text = _text(price)
    return {
        "key": action.key,
        "raw_key": action.raw_key,
        "step": action.step,
        "uses": action.uses,
        "provider": action.provider,
        "revision": action.revision,
        "cells": action.cells,
        "params": action.params,
        "paste_back": action.paste_back,
        "needs": action.needs,
        "output_size": None if size is None else _size(size),
        "list": text,
        "payable": text if payable is price else _text(payable),
        "decision": action.decision,
        "reason": action.reason,
        "attempts": action.attempts,
        "timeout_s": action.timeout_s,
        "redraws": action.redraws,
        "draw": action.draw,
    }


def _cell(cell: Cell) -> dict[str, object]:
    return {
        "id": cell.id,
        "item": cell.item,
        "matrix": cell.matrix,
        "photo": None if cell.photo is None else _input_image(cell.photo),
        "actions": cell.actions,
        "skipped": cell.skipped,
    }


def _output(output: Output) -> dict[str, object]:
    return {
        "cell": output.cell,
        "path": output.path,
        "from": output.step,
        "key": output.key,
        "source": None if output.source is None else _input_image(output.source),
        "media_type": output.media_type,
        "quality": output.quality,
        "keep": output.keep,
        "mark": output.mark,
    }


def _input_image(image: InputImage) -> dict[str, object]:
    return {"path": image.path, "artifact": _artifact(image.artifact), "kind": image.kind}


def _step_image(image: StepImage) -> dict[str, object]:
    size = None if image.size is None else _size(image.size)
    return {"step": image.step, "key": image.key, "size": size, "kind": image.kind}


def _artifact(artifact: Artifact) -> dict[str, object]:
    return {
        "digest": artifact.digest,
        "media_type": artifact.media_type,
        "size_bytes": artifact.size_bytes,
        "width_px": artifact.width_px,
        "height_px": artifact.height_px,
    }


def _size(size: Size) -> dict[str, object]:
    return {"width_px": size.width_px, "height_px": size.height_px}


_WRITERS: Mapping[type, Callable[[Any], object]] = {
    Action: _action,
    Artifact: _artifact,
    Cell: _cell,
    Diagnostic: flat,
    Difference: str,
    InputImage: _input_image,
    Money: _text,
    Output: _output,
    Size: _size,
    StepImage: _step_image,
}
