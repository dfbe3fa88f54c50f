"""What a mask of a recipe may say."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from runner.recipe.fields import Length, ParameterValue, Percent, Section, no_entries

_Box = Annotated[list[Length], Field(min_length=4, max_length=4)]
_Point = Annotated[list[Length], Field(min_length=2, max_length=2)]
_Range = Annotated[list[Percent], Field(min_length=2, max_length=2)]
_Names = Annotated[list[str], Field(min_length=2)]


class ShapeSection(Section):
    """A drawn shape: exactly one. Numbers are pixels; 'n%' is of the picture's width or height."""

    rect: _Box | None = Field(None, description="x, y, width, height.")
    ellipse: _Box | None = Field(None, description="x, y, width, height of the box around it.")
    polygon: Annotated[list[_Point], Field(min_length=3)] | None = Field(
        None, description="Three points or more, each [x, y]."
    )


class ColorSection(Section):
    """A key color: what is near it is white."""

    key: ParameterValue = Field(description="'#rrggbb' or [red, green, blue].")
    tolerance: Annotated[Decimal | int, Field(ge=0, le=100)] = Field(
        10, description="Difference of color that still counts."
    )


class OpSection(Section):
    """One operation on a mask: exactly one key."""

    grow: Length | None = Field(None, description="Move the border outwards.")
    shrink: Length | None = Field(None, description="Move the border inwards.")
    feather: Length | None = Field(None, description="Soften the border over this width.")
    threshold: Percent | None = Field(None, description="White from this level up, black below.")
    invert: Literal[True] | None = Field(None, description="Swap white and black.")
    fill_holes: Literal[True] | None = Field(None, description="Make black areas white that white surrounds.")


class RequireSection(Section):
    """What a mask must be; checked while planning, before any spend."""

    size: Literal["same"] | None = Field(None, description="The mask file has the picture's own size.")
    area: _Range | None = Field(None, description="Least and most white.")
    not_empty: bool = Field(True, description="Some of it is white.")
    binary: bool = Field(False, description="Black and white only, nothing between.")


class MaskSection(Section):
    """White is edited. Exactly one of the kinds from ``file`` to ``subtract``."""

    file: str | None = Field(None, description="One mask for every item.")
    pair: str | None = Field(None, description="A mask per item, such as masks/${{ item.stem }}.*")
    missing: Literal["error", "skip", "full"] = Field("error", description="When a pair has no mask for an item.")
    shape: ShapeSection | None = None
    alpha: Literal[True] | None = Field(None, description="The picture's own transparency: opaque is white.")
    color: ColorSection | None = None
    detect: Literal["face", "irises"] | None = Field(
        None, description="What is found in the picture, locally and free."
    )
    from_: str | None = Field(None, alias="from", description="The picture of a step as a mask: steps.NAME")
    union: _Names | None = Field(None, description="White where any of these masks is.")
    intersect: _Names | None = Field(None, description="White where all of these masks are.")
    subtract: _Names | None = Field(None, description="The first of these masks without the others.")
    polarity: Literal["white_edits", "black_edits"] = "white_edits"
    ops: list[OpSection] = Field(default_factory=no_entries)
    require: RequireSection = Field(default_factory=RequireSection.model_construct)
