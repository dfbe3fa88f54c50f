"use strict";
// The controls above the contact sheet: state, filters, search, order, and how many cells are shown.

function makeControls(report, filters, change, openExport) {
  const search = make("input", { type: "search", placeholder: "key or value", input: () => change({ text: search.value }) });
  const order = make("select", { change: () => change({ order: order.value }) },
    ...Object.entries(ORDERS).map(([value, words]) => make("option", { value }, words)));
  const controls = filters.map((filter) => ({
    ...filter, ...makeFilterControl(filter, (value) => change((view) => ({ chosen: { ...view.chosen, [filter.name]: value } }))),
  }));
  const count = make("output", { class: "count" });
  const clear = make("button", { type: "button", class: "quiet", click: () => change({ ...EVERYTHING, chosen: {} }) }, "Show all");
  const exported = make("button", { type: "button", class: "quiet", click: openExport }, "Verdicts");
  const states = makeStates(report.cells, change);
  return {
    elements: [states,
      make("div", { class: "fields" }, ...controls.map(({ field }) => field), makeField("Order", order), makeField("Search", search)),
      make("div", { class: "found" }, count, clear, exported)],
    show(view, found, verdicts) {
      for (const input of states.querySelectorAll("input")) input.checked = input.value === view.state;
      if (search.value !== view.text) search.value = view.text;
      order.value = view.order;
      for (const { name, control } of controls) {
        control.value = view.chosen[name] ?? "";
        control.classList.toggle("active", control.value !== "");
      }
      count.textContent = `${found} of ${report.cells.length} cells`;
      clear.hidden = found === report.cells.length;
      exported.textContent = verdicts === 0 ? "Verdicts" : `Verdicts ${verdicts}`;
    },
  };
}

function makeField(words, control) {
  return make("label", { class: "field" }, make("span", {}, words), control);
}

function makeStates(cells, change) {
  const counts = { all: cells.length };
  for (const { outcome } of cells) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return make("fieldset", { class: "segments states" }, make("legend", { class: "unseen" }, "State"),
    ...Object.entries(STATES).filter(([state]) => counts[state]).map(([state, word]) => make("label", {},
      make("input", { type: "radio", name: "state", value: state, change: () => change({ state }) }),
      make("span", { class: `badge ${state}` }, `${word} `, make("small", {}, String(counts[state]))))));
}
