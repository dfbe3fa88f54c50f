"use strict";
// The checks of one cell: what was measured against what is demanded.

function makeChecks({ checks, unmeasured }) {
  if (checks.length === 0 && unmeasured === 0) return "";
  return makePart("Checks",
    checks.length === 0 ? "" : makeTable("Table of checks", ["check", "measured, demanded"], checks.map(makeCheckRow), { class: "checks" }),
    unmeasured === 0 ? "" : make("p", { class: "muted" }, `Not measured: ${unmeasured}`));
}

function makeCheckRow({ type, on, state, word, value, demanded, message }) {
  return make("tr", { class: state },
    make("th", { scope: "row" }, makeBreakable(type), make("small", {}, makeBadge(state, word), ` ${on}`),
      message === "" ? "" : make("small", {}, message)),
    make("td", { class: `measured ${state}` }, value, make("small", {}, demanded)));
}
