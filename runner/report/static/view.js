"use strict";
// The view as the address keeps it: what is shown can be sent.

const STATES = { all: "All", failed: "Failed", quarantined: "In quarantine", in_doubt: "In doubt", skipped: "Skipped", succeeded: "Done", reused: "Reused" };
const ORDERS = { recipe: "as in the recipe", key: "by key", cost: "by charge", time: "by time", change: "by change" };
const COLLATOR = new Intl.Collator(undefined, { numeric: true });
const COMPARERS = {
  recipe: null,
  key: (a, b) => COLLATOR.compare(a.id, b.id),
  cost: (a, b) => b.cost - a.cost,
  time: (a, b) => b.duration_ms - a.duration_ms,
  change: (a, b) => b.changed - a.changed,
};
const EVERYTHING = { tab: "cells", state: "all", text: "", order: "recipe", cell: "", step: "", compare: "", chosen: {} };
const SHORT = { tab: "view", text: "search" }; // What a part is called in the address, where it is not its own name.

/** The address of a view: only what differs from everything. */
function address(view) {
  const parts = new URLSearchParams();
  for (const name of ["cell", "step", "compare", "tab", "state"]) if (view[name] !== EVERYTHING[name]) parts.set(SHORT[name] ?? name, view[name]);
  for (const [name, value] of Object.entries(view.chosen)) if (value) parts.set(`by.${name}`, value);
  for (const name of ["text", "order"]) if (view[name] !== EVERYTHING[name]) parts.set(SHORT[name] ?? name, view[name]);
  return `#${parts}`;
}

/** The view that an address stands for; what it names and is not there is left out. */
function readAddress(hash, { cells, filters, tabs }) {
  const parts = new URLSearchParams(hash.slice(1).replaceAll("+", "%20"));
  const known = (name, choices, otherwise) => (choices.includes(parts.get(name)) ? parts.get(name) : otherwise);
  const cell = cells.has(parts.get("cell")) ? parts.get("cell") : "";
  return {
    tab: known("view", tabs, EVERYTHING.tab),
    state: known("state", Object.keys(STATES), EVERYTHING.state),
    text: parts.get("search") ?? "",
    order: known("order", Object.keys(ORDERS), EVERYTHING.order),
    cell,
    step: cell === "" ? "" : parts.get("step") ?? "",
    compare: cell === "" ? "" : known("compare", Object.keys(MODES), ""),
    chosen: Object.fromEntries(filters.map(({ name, choices }) =>
      [name, choices.has(parts.get(`by.${name}`)) ? parts.get(`by.${name}`) : ""])),
  };
}

/** The cells that a view takes, in its order. */
function selectCells(cells, view, filters) {
  const text = view.text.toLowerCase();
  const active = filters.filter(({ name }) => view.chosen[name]);
  const found = cells.filter((cell) =>
    (view.state === "all" || cell.outcome === view.state)
    && (text === "" || cell.sought.includes(text))
    && active.every(({ name, takes }) => takes(cell, view.chosen[name])));
  return COMPARERS[view.order] === null ? found : found.sort(COMPARERS[view.order]);
}
