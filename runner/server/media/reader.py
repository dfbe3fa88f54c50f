"""Reads the input of a run by the wire form that it fits; no address is looked at here."""

from collections.abc import Iterator, Mapping, Sequence

from runner.catalog.card import ModelCard, Parameter, WireForm
from runner.core.digest import Json
from runner.plan.derive import derive_parameters
from runner.server.answers import FieldError, invalid
from runner.server.media.archive import check_member_name
from runner.server.media.form import choose_form, field_names, form_fields
from runner.server.media.problem import MediaProblem
from runner.server.media.read import FileOf, Link, ReadInput
from runner.server.media.values import Value, as_json, is_channel, plain_value, read_channels, read_value

_MEDIA = frozenset({"image", "mask"})
_SHOWN = 200
"""Characters of a value that is shown."""


def read_input(card: ModelCard, document: Mapping[str, Json], where: str = "input") -> ReadInput:
    """Read an input; fields that are null count as left out.

    Args:
        card: Of the model, with at least one wire form.
        document: The input.
        where: Its own path, for errors.

    Raises:
        Refusal: 422, with everything that is wrong.
    """
    given = {name: value for name, value in document.items() if value is not None}
    reader = _Reader(card, choose_form(card, given), given, where)
    result = reader.read()
    if reader.errors:
        raise invalid(*reader.errors)
    return result


class _Reader:
    """Reads one input by one form, and collects what is wrong with it."""

    def __init__(self, card: ModelCard, form: WireForm, given: Mapping[str, Json], where: str) -> None:
        self._card = card
        self._form = form
        self._given = given
        self._where = where
        self.errors: list[FieldError] = []

    def read(self) -> ReadInput:
        pictures = {**self._archived(), **self._linked()}
        params = {name: value for parameter in self._card.parameters for name, value in self._param(parameter)}
        self._check_unknown()
        needed = self._card.needs_one_of
        if needed and not any(self._field(name) in self._given for name in needed):
            self._problem(self._field(needed[0]), f"is required, or {' or '.join(map(self._field, needed[1:]))}")
        complete = {} if self.errors else self._derived(params)
        return ReadInput(pictures, {name: as_json(value) for name, value in complete.items()})

    def _archived(self) -> dict[str, Link | FileOf]:
        archive = self._form.archive
        if archive is None:
            return {}
        address = self._text(archive.field, required=True)
        found: dict[str, Link | FileOf] = {}
        for name, member in archive.members.items():
            file_name = self._text(member.field, required=self._is_required(name))
            if file_name is None:
                continue
            try:
                check_member_name(file_name)
            except MediaProblem as problem:
                self._problem(member.field, problem.message)
            found[name] = FileOf(Link(archive.field, address or ""), file_name)
        return found

    def _linked(self) -> dict[str, Link | FileOf]:
        found: dict[str, Link | FileOf] = {}
        for name, field in self._form.fields.items():
            parameter = self._card.parameter(name)
            if parameter is None or parameter.kind not in _MEDIA:
                continue
            address = self._text(field, required=parameter.required)
            if address is not None:
                found[name] = Link(field, address)
        return found

    def _param(self, parameter: Parameter) -> Iterator[tuple[str, Value]]:
        """Give the parameter's value, if it has one; a picture has none."""
        if parameter.kind in _MEDIA:
            return
        fields = field_names(self._form.fields.get(parameter.name, ()))
        given = [self._given[field] for field in fields if field in self._given]
        if given and len(given) == len(fields):
            yield from self._checked(parameter, fields, given)
        elif given or parameter.required:
            for field in fields:
                if field not in self._given:
                    self._problem(field, "is required")
        elif parameter.default is not None:
            yield parameter.name, plain_value(parameter.default)

    def _checked(
        self, parameter: Parameter, fields: Sequence[str], given: Sequence[Json]
    ) -> Iterator[tuple[str, Value]]:
        if len(fields) > 1:
            wrong = [field for field, value in zip(fields, given, strict=True) if not is_channel(value)]
            for field in wrong:
                self._problem(field, "must be an integer from 0 to 255")
            if not wrong:
                yield parameter.name, read_channels(given)
            return
        try:
            yield parameter.name, read_value(parameter, given[0])
        except ValueError as error:
            self._problem(fields[0], f"must be {error}")

    def _derived(self, params: Mapping[str, Value]) -> dict[str, Value]:
        """Complete what follows from other parameters: the color of an eye color's name."""
        try:
            completed = derive_parameters(self._card.id, "local", dict(params))
            return {name: plain_value(value) for name, value in completed.items()}
        except ValueError as error:
            channels = " and ".join(field_names(self._form.fields["rgb"]))
            message, _, hint = str(error).replace("'rgb'", channels).partition("\n")
            self._problem(self._field("eye_color"), f"{message[:_SHOWN]}; {hint}")
            return {}

    def _check_unknown(self) -> None:
        own = form_fields(self._form)
        of_others = {field for form in self._card.wire for field in form_fields(form)}.difference(own)
        for field in sorted(self._given.keys() - set(own)):
            if field in of_others:
                self._problem(field, f"does not go together with {', '.join(sorted(self._given.keys() & set(own)))}")
            else:
                self._problem(field, f"is no field of {self._card.id}, which has {', '.join(own)}")

    def _text(self, field: str, *, required: bool) -> str | None:
        value = self._given.get(field)
        if value is None:
            if required:
                self._problem(field, "is required")
            return None
        if not isinstance(value, str) or not value:
            self._problem(field, "must be a text that is not empty")
            return None
        return value

    def _is_required(self, name: str) -> bool:
        parameter = self._card.parameter(name)
        return parameter is not None and parameter.required

    def _field(self, name: str) -> str:
        return field_names(self._form.fields[name])[0]

    def _problem(self, field: str, message: str) -> None:
        self.errors.append(FieldError(f"{self._where}.{field[:100]}", message))
