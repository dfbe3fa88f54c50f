"""Measures the checks of an action that has its result; what was measured before is not measured again."""

import asyncio
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from runner.core.artifact import Artifact
from runner.core.digest import ActionKey, Digest, Json, digest_json
from runner.core.errors import RunnerError
from runner.core.event import CheckMeasured
from runner.execute.checks import NEEDS_BEFORE, measure_check
from runner.execute.draws import raw_key_of_draw
from runner.execute.inputs import Source, draw, read_input
from runner.execute.measuring import in_words
from runner.execute.waits import step_sources
from runner.plan.plan import Action, Check, CheckParam, InputImage, MaskImage, StepImage, StepSource
from runner.store.measurements import Measurement
from runner.store.results import Known
from runner.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What checks are measured with.

    Attributes:
        checks: By the action whose result they measure, in the order of the plan.
    """

    store: Store
    source: Source
    checks: Mapping[ActionKey, Sequence[Check]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A check, and what came of measuring it on one result."""

    check: Check
    measurement: Measurement

    @property
    def has_failed(self) -> bool:
        """Whether it fails its cell."""
        return not self.measurement.passed and self.check.severity == "error"


@dataclass(frozen=True, slots=True)
class _Subject:
    """A picture to measure, and the digest of all that decides the outcome; None where that is not known."""

    after: Artifact
    key: Digest | None


async def judge(action: Action, known: Known, with_: Judge) -> list[Verdict]:
    """Measure the checks of all cells that share an action; cells with the same check share its measurement.

    Args:
        action: Whose result it is.
        known: The result, in the store.
        with_: What is measured with.

    Returns:
        One verdict for each check, in the order of the plan; what cannot be measured has failed.

    Raises:
        StoreError: the state cannot be written.
    """
    checks = with_.checks.get(action.key, ())
    if not checks:
        return []
    own: dict[ActionKey, Artifact] = {action.key: known.artifact}  # a mask may be made from the result itself
    with_ = replace(with_, source=replace(with_.source, results=ChainMap(own, dict(with_.source.results))))
    before = _digest_before(action, with_.source)
    results = {"final": known.artifact, "raw": await with_.store.scribe.call(_raw_of, action, known, with_.store)}
    found: dict[Digest, Measurement] = {}
    verdicts: list[Verdict] = []
    for check in checks:
        after = results[check.measure]
        if after is None:
            measurement = _unmeasurable(check, "the provider's own result is not in the store any more")
        else:
            measurement = await _remembered(
                action, check, _Subject(after, _key(check, before, after, with_.source)), found, with_
            )
        verdicts.append(Verdict(check=check, measurement=measurement))
    return verdicts


def verdicts_before(
    actions: Mapping[ActionKey, Action], known: Mapping[ActionKey, Known], with_: Judge
) -> dict[ActionKey, list[Verdict]]:
    """Give the verdicts on results all of whose checks were measured before, without measuring any.

    Args:
        actions: Of the plan, by key.
        known: The results that are there.
        with_: What would be measured with.
    """
    judged = [actions[key] for key in with_.checks if key in known]
    raw = _raw_before(judged, known, with_)
    subjects = {
        action.key: [_subject_key(check, action, known, raw, with_.source) for check in with_.checks[action.key]]
        for action in judged
    }
    measured = with_.store.measurements.lookup(key for keys in subjects.values() for key in keys if key is not None)
    return {
        action_key: [
            Verdict(check=check, measurement=measured[key])
            for check, key in zip(with_.checks[action_key], keys, strict=True)
            if key is not None
        ]
        for action_key, keys in subjects.items()
        if all(key in measured for key in keys)
    }


def as_events(verdicts: Sequence[Verdict], action: Action, draw_number: int, at: str) -> list[CheckMeasured]:
    """Say what was measured."""
    return [
        CheckMeasured(
            at=at,
            cell=verdict.check.cell,
            step=verdict.check.step,
            key=action.key,
            draw=draw_number,
            type=verdict.check.type,
            measure=verdict.check.measure,
            value=verdict.measurement.value,
            threshold=verdict.measurement.threshold,
            passed=verdict.measurement.passed,
            severity=verdict.check.severity,
            on_fail=verdict.check.on_fail,
            message=_message(verdict, action),
        )
        for verdict in verdicts
    ]


def _message(verdict: Verdict, action: Action) -> str:
    is_in_vain = verdict.has_failed and action.redraws and action.provider == "local"
    sentences = (verdict.measurement.message, _NOT_REDRAWN if is_in_vain else "")
    return "; ".join(sentence for sentence in sentences if sentence)


_NOT_REDRAWN = "not drawn again: a local engine gives the same result each time"


def _raw_before(
    judged: Sequence[Action], known: Mapping[ActionKey, Known], with_: Judge
) -> Mapping[ActionKey, Artifact]:
    """Find the providers' own results that some checks look at, by the key they are kept under."""
    wanted = [
        raw_key_of_draw(action, known[action.key].draw)
        for action in judged
        if action.paste_back is not None and any(check.measure == "raw" for check in with_.checks[action.key])
    ]
    return {key: found.artifact for key, found in with_.store.results.lookup(wanted).items()}


def _subject_key(
    check: Check,
    action: Action,
    known: Mapping[ActionKey, Known],
    raw: Mapping[ActionKey, Artifact],
    source: Source,
) -> Digest | None:
    """Digest all that decides what a check says of a result that is there; None where that is not known."""
    result = known[action.key]
    is_raw = check.measure == "raw" and action.paste_back is not None
    after = raw.get(raw_key_of_draw(action, result.draw)) if is_raw else result.artifact
    return None if after is None else _key(check, _digest_before(action, source), after, source)


async def _remembered(
    action: Action, check: Check, subject: _Subject, found: dict[Digest, Measurement], with_: Judge
) -> Measurement:
    """Measure, unless that was done for another cell or at another time."""
    if subject.key is None:
        return await _measure(action, check, subject.after, with_)
    if subject.key not in found:
        found |= await with_.store.scribe.call(with_.store.measurements.lookup, [subject.key])
    if subject.key not in found:
        found[subject.key] = await _measure(action, check, subject.after, with_)
        await _remember(subject.key, found[subject.key], with_.store)
    return found[subject.key]


async def _remember(key: Digest, measurement: Measurement, store: Store) -> None:
    """Keep what was measured; what could not be may be another time, when a package or a picture is there."""
    if measurement.value is not None:
        await store.scribe.call(store.measurements.keep, {key: measurement})


async def _measure(action: Action, check: Check, after: Artifact, with_: Judge) -> Measurement:
    source = with_.source
    try:
        before = await _read_before(action, source) if check.type in NEEDS_BEFORE else b""
        masks = {
            name: await draw(value, source) for name, value in check.params.items() if isinstance(value, MaskImage)
        }
        content = await asyncio.to_thread(source.blobs.read, after.digest)
        measured = await source.pool.run(measure_check, check, before, content, masks)
    except RunnerError as error:
        return _unmeasurable(check, error.message)
    return Measurement(
        value=measured.value, threshold=measured.threshold, passed=measured.passed, message=measured.message
    )


def _unmeasurable(check: Check, why: str) -> Measurement:
    return Measurement(value=None, threshold=in_words(check), passed=False, message=f"cannot be measured: {why}")


def _raw_of(action: Action, known: Known, store: Store) -> Artifact | None:
    if action.paste_back is None:
        return known.artifact
    key = raw_key_of_draw(action, known.draw)
    raw = store.results.lookup([key]).get(key)  # its blob may be gone: what was measured of it is remembered
    return None if raw is None else raw.artifact


async def _read_before(action: Action, source: Source) -> bytes:
    match action.params.get("image"):
        case InputImage() as image:
            return (await read_input(image, source)).content
        case StepImage(key=key, step=step):
            if key not in source.results:
                raise RunnerError("no-picture", f"the picture before, the result of '{step}', is not there")
            return await asyncio.to_thread(source.blobs.read, source.results[key].digest)
        case _:
            raise RunnerError("no-picture", f"'{action.step}' has no parameter 'image' to compare with")


def _digest_before(action: Action, source: Source) -> Digest | None:
    match action.params.get("image"):
        case InputImage(artifact=artifact):
            return artifact.digest
        case StepImage(key=key) if key in source.results:
            return source.results[key].digest
        case _:
            return None


def _key(check: Check, before: Digest | None, after: Artifact, source: Source) -> Digest | None:
    if check.type not in NEEDS_BEFORE:
        before = Digest("")
    if before is None or not step_sources(check) <= source.results.keys():
        return None
    params: dict[str, Json] = {name: _identity(value, source) for name, value in check.params.items()}
    return digest_json("check/1", [check.type, params, before, after.digest])


def _identity(value: CheckParam, source: Source) -> Json:
    """Tell masks apart by their raster or what it is made from, and by their name, because messages have it."""
    match value:
        case MaskImage(name=name, digest=digest, sources=sources):
            made_from = [source.results[one.key].digest for one in sources if isinstance(one, StepSource)]
            return {"mask": digest, "name": name, "from": list[Json](made_from)}
        case tuple():
            return list(value)
        case _:
            return value
