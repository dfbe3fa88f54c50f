"""Steps of cells to actions: each work once, with its key and its price."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from runner.catalog.card import ModelCard
from runner.core.diagnostic import Diagnostic
from runner.core.digest import ActionKey
from runner.core.money import ZERO, Money
from runner.plan.check import LOCAL
from runner.plan.keys import action_key, pasted_key, redrawn_key
from runner.plan.mask_image import mask_image
from runner.plan.mask_states import MaskJudge
from runner.plan.masks import WantedMask
from runner.plan.plan import Action, InputImage, MaskImage, ParamValue, StepImage, StepSource
from runner.plan.price import list_price
from runner.plan.reason import NEW
from runner.plan.resolve import ResolvedStep, SizedStep
from runner.source.source import Source


class ActionBuilder:
    """Builds one action after the other.

    Attributes:
        inputs: The pictures that they read, by path.
        problems: Steps that have no price.
    """

    def __init__(
        self, source: Source, judge: MaskJudge, revisions: Mapping[str, str], draws: Mapping[ActionKey, int]
    ) -> None:
        self.inputs: dict[str, InputImage] = {}
        self.problems: list[Diagnostic] = []
        self._by_key: dict[ActionKey, Action] = {}
        self._shared: dict[ActionKey, list[str]] = {}
        self._source = source
        self._judge = judge
        self._revisions = revisions
        self._draws = draws

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action with its cells, each after those that it needs."""
        shared = self._shared
        return tuple(
            replace(action, cells=(*action.cells, *shared[key])) if key in shared else action
            for key, action in self._by_key.items()
        )

    def action(self, cell_id: str, step: ResolvedStep, made: Mapping[str, Action], problems: list[str]) -> Action:
        """Give the action of a step; the one that is there already where its key is the same.

        Args:
            cell_id: Of the cell; an action is made with the first of its cells.
            step: Of that cell.
            made: The actions of that cell so far, by step.
            problems: What is wrong with its masks; it is blocked where there is something.
        """
        params: dict[str, ParamValue] = {}
        late: list[StepImage | MaskImage] = []
        for name, value in step.params.items():
            if isinstance(value, (SizedStep, WantedMask)):
                params[name] = image = self._late(value, made)
                late.append(image)
            else:
                params[name] = value
        revision = self._revision(step.card, step.provider)
        raw_key = action_key(step.card.id, revision, step.provider, params)
        draw = self._draws.get(raw_key, 0)
        if draw:
            raw_key = redrawn_key(raw_key, draw)
        pasted = None if step.paste_back is None else self._mask(step.paste_back, made)
        key = raw_key
        if pasted is not None:
            key = pasted_key(raw_key, pasted)
            late.append(pasted)
        if key in self._by_key:
            self._shared.setdefault(key, []).append(cell_id)
            return self._by_key[key]
        price = self._price(step)
        action = Action(
            key=key,
            raw_key=raw_key,
            step=step.step.id,
            uses=step.card.id,
            provider=step.provider,
            revision=revision,
            cells=(cell_id,),
            params=params,
            paste_back=pasted,
            needs=tuple(dict.fromkeys(_needed(late))) if late else (),
            output_size=step.size,
            list_price=price,
            payable=ZERO if problems or step.provider == LOCAL else price,
            decision="blocked" if problems else "run",
            reason=problems[0] if problems else NEW,
            attempts=step.step.attempts,
            timeout_s=step.step.timeout_s,
            redraws=step.step.redraws,
            draw=draw,
        )
        self._by_key[key] = action
        for given in params.values():
            if isinstance(given, InputImage):
                self.inputs[given.path] = given
        return action

    def _revision(self, card: ModelCard, provider: str) -> str:
        return self._revisions.get(card.id, card.revision) if provider == LOCAL else card.revision

    def _price(self, step: ResolvedStep) -> Money:
        try:
            return list_price(step.card, step.size)
        except ValueError as error:
            span = self._source.value_span((*step.step.place, "uses"))
            hint = "give the model's card a price per request"
            self.problems.append(self._source.diagnostic(span, "unknown-price", str(error), hint=hint))
            return ZERO

    def _late(self, value: SizedStep | WantedMask, made: Mapping[str, Action]) -> StepImage | MaskImage:
        if isinstance(value, WantedMask):
            return self._mask(value, made)
        return StepImage(step=value.step, key=made[value.step].key, size=value.size)

    def _mask(self, wanted: WantedMask, made: Mapping[str, Action]) -> MaskImage:
        return mask_image(wanted, self._judge.facts(wanted), made)


def _needed(values: Iterable[StepImage | MaskImage]) -> Iterator[ActionKey]:
    """The actions that values are results of, or that their masks are made from."""
    for value in values:
        if isinstance(value, StepImage):
            yield value.key
        else:
            yield from (source.key for source in value.sources if isinstance(source, StepSource))
