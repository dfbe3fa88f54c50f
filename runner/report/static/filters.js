"use strict";
// What cells are filtered by beside their state and key: their checks, steps and verdicts, and each name of the matrix.

const CHECKS = {
  failed: "failed", quarantined: "in quarantine", warned: "warn", passed: "all passed", unmeasured: "not measured",
};

const BAD_STEPS = new Set(["failed", "skipped", "in_doubt"]);

/** The filters that this run has use for: the name in the address, the choices in words, and which cells they take. */
function makeFilters({ cells, actions }, verdicts) {
  return [makeCheckFilter(cells), makeStepFilter(cells, actions), ...makeMatrixFilters(cells), makeVerdictFilter(verdicts)]
    .filter(({ choices }) => choices.size > 0);
}

/** By step: those that have it where not all do, and those in which it did not end well. */
function makeStepFilter(cells, actions) {
  const times = new Map();
  const valuesOf = ({ chain }) => new Set(chain.flatMap((place) => {
    const { step, outcome, word } = actions.row(place);
    return BAD_STEPS.has(outcome) ? [step, `${step} ${word}`] : [step];
  }));
  for (const cell of cells) for (const value of valuesOf(cell)) times.set(value, (times.get(value) ?? 0) + 1);
  const telling = [...times].filter(([, count]) => count < cells.length).sort(([one], [other]) => (one < other ? -1 : 1));
  const choices = new Map(telling.map(([value, count]) => [value, `${value} (${count})`]));
  return { name: "step", label: "Step", choices, takes: (cell, value) => valuesOf(cell).has(value) };
}

function makeVerdictFilter(verdicts) {
  const choices = new Map([...Object.entries(VERDICTS).map(([verdict, word]) => [verdict, word.toLowerCase()]), ["none", "none yet"]]);
  return { name: "verdict", label: "Verdict", choices, takes: ({ id }, value) => (verdicts.of(id) || "none") === value };
}

function makeCheckFilter(cells) {
  const states = new Map();
  const types = new Map();
  for (const cell of cells) {
    const { check } = cell;
    if (check === "none") continue;
    states.set(check, (states.get(check) ?? 0) + 1);
    if (check === "passed") continue; // All of them.
    for (const type of new Set(cell.checks.filter(isBad).map((bad) => bad.type))) types.set(type, (types.get(type) ?? 0) + 1);
  }
  const choices = new Map(Object.keys(CHECKS).filter((state) => states.has(state))
    .map((state) => [state, `${CHECKS[state]} (${states.get(state)})`]));
  for (const [type, times] of types) choices.set(`not ${type}`, `not ${type} (${times})`);
  return { name: "check", label: "Checks", choices, takes: takesCheck };
}

function isBad({ state }) {
  return state !== "passed";
}

function takesCheck(cell, value) {
  return cell.check === value || cell.checks.some((check) => isBad(check) && `not ${check.type}` === value);
}

/** One filter for each name of the matrix that has more than one value. */
function makeMatrixFilters(cells) {
  const names = new Map();
  for (const { matrix } of cells) {
    for (const { label, text } of matrix) {
      if (!names.has(label)) names.set(label, new Map());
      names.get(label).set(text, (names.get(label).get(text) ?? 0) + 1);
    }
  }
  return [...names].filter(([, values]) => values.size > 1).map(([label, values]) => ({
    name: `matrix.${label}`,
    label,
    choices: new Map([...values].map(([value, times]) => [value, `${value} (${times})`])),
    takes: ({ matrix }, value) => matrix.some((fact) => fact.label === label && fact.text === value),
  }));
}

/** A select element for a filter; the empty value takes every cell. */
function makeFilterControl({ label, choices }, choose) {
  const control = make("select", { change: () => choose(control.value) },
    make("option", { value: "" }, "any"),
    ...[...choices].map(([value, words]) => make("option", { value }, words)));
  return { control, field: make("label", { class: "field" }, make("span", {}, label), control) };
}
