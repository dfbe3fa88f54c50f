"use strict";
// One step of a cell: what was sent, what came back, what it cost, and the lines of the recipe that say so.

function makeStep(report, action) {
  return make("section", { class: "part step", "aria-label": `Step ${action.step}` },
    make("h3", {}, action.step, " ", makeBadge(action.outcome, action.word)),
    makeCallout(action),
    action.notes.length === 0 ? "" : make("ul", { class: "notes" }, ...action.notes.map((note) => make("li", {}, note))),
    makeFacts(report, sentFacts(action), "sent"),
    makeFacts(report, madeFacts(action)),
    makeTries(action),
    makeDetails(report, action),
    makeLines(report, action.step));
}

function makeCallout({ problem, outcome, hint }) {
  if (problem === "") return "";
  return make("p", { class: `callout ${outcome}` }, problem, hint === "" ? "" : make("span", { class: "hint" }, hint));
}

function sentFacts({ params, seed }) {
  const named = params.some(({ label }) => label === "seed");
  return named ? params : [...params, fact("seed", seed)];
}

function madeFacts(action) {
  const { uses, revision, provider, job, list_price: list, quoted, charged, time, phases, started, shared } = action;
  const parts = phases.map(({ label, text }) => `${label} ${text}`).join(", ");
  return [
    fact("model", `${uses}, revision ${revision}`),
    fact("provider", provider),
    fact("job", job),
    fact("money", `list ${list}, quoted ${quoted}, charged ${charged}`),
    fact("time", [time, parts && `(${parts})`].filter(Boolean).join(" ")),
    fact("started", started),
    fact("shared", shared === 0 ? "" : `with ${shared} other cell${shared === 1 ? "" : "s"}: made and paid once`),
  ];
}

/** The attempts, where there was more than one: a single one says nothing that is not said above. */
function makeTries({ tries }) {
  if (tries.length < 2) return "";
  const rows = tries.map(({ number, at, state, word, time, problem, hint }) => make("tr", {},
    make("th", { scope: "row" }, `${number}. `, makeBadge(state, word), problem === "" ? "" : make("small", {}, problem),
      hint === "" ? "" : make("small", { class: "muted" }, hint)),
    make("td", { class: "number" }, at), make("td", { class: "number" }, time)));
  return make("div", { class: "records" }, make("h4", {}, "Attempts"), makeTable("Table of attempts", ["attempt", "at", "took"], rows));
}

function makeDetails(report, { details, records, planned, raw, key }) {
  return make("details", {}, make("summary", {}, details.length + records.length > 0 ? "What the model said, and the key" : "Plan and key"),
    makeFacts(report, [...details, fact("planned", planned), fact("raw result", raw), fact("key", key)], "identity"), ...records.map(makeRecords));
}

function makeLines(report, step) {
  const lines = Object.hasOwn(report.steps, step) ? report.steps[step] : { yaml: "" };
  if (lines.yaml === "") return "";
  return make("details", {},
    make("summary", {}, `Recipe, lines ${lines.first_line} to ${lines.last_line}`),
    make("pre", { tabindex: "0", class: "yaml" }, lines.yaml),
    make("a", { href: `#L${lines.first_line}` }, "Show them in the recipe"));
}
