"use strict";
// The checks of one cell: what was measured against what is demanded.

function makeChecks(cell) {
  if (cell.checks.length === 0 && cell.unmeasured === 0) return "";
  return make("section", { class: "action checks", "aria-label": "Checks" },
    make("h3", {}, "Checks"),
    cell.checks.length === 0 ? "" : make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table of checks" },
      make("table", {}, makeChecksHead(), make("tbody", {}, ...cell.checks.map(makeCheckRow)))),
    cell.unmeasured === 0 ? "" : make("p", { class: "muted" }, `Not measured: ${cell.unmeasured}`));
}

function makeChecksHead() {
  const names = ["check", "measured", "demanded"];
  return make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
}

function makeCheckRow({ type, on, state, word, value, demanded, message }) {
  return make("tr", {},
    make("th", { scope: "row" }, type, " ", makeBadge(state, word),
      make("small", { class: "muted" }, on), message === "" ? "" : make("small", {}, message)),
    make("td", { class: `measured ${state}` }, value),
    make("td", {}, demanded));
}
