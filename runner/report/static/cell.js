"use strict";
// One cell in full: its pictures large, its chain of steps, and beside them everything that is known of it.

/** Show a cell in the dialog; `place` says where it stands in the list and what leads elsewhere. Gives what keys may do. */
function showCell(dialog, report, cell, place) {
  const chain = cell.chain.map((index) => report.actions.row(index));
  const panel = make("div", { class: "panel", tabindex: "0", role: "group", "aria-label": `About ${cell.title}` });
  const views = make("div", { class: "views" });
  const strip = makeStrip(report, cell, chain, (index) => choose(index));
  let comparison = null;

  function draw(chosen) {
    const shown = chosen === null ? cell : chain[chosen];
    const { before, after, mask, outline, heat } = shown;
    const name = chosen === null ? cell.title : `${cell.title}, step ${shown.step}`;
    comparison?.stop();
    comparison = makeComparison(report, { before, after, mask, outline, heat, name }, (mode) => place.compared(mode));
    views.replaceChildren(...comparison.elements);
    strip.show(chosen);
    panel.replaceChildren(...makePanel(report, cell, chain, chosen));
    panel.scrollTop = 0;
  }

  function choose(chosen) {
    place.chose(chosen === null ? "" : chain[chosen].step);
    draw(chosen);
  }

  const named = chain.findIndex(({ step }) => step === place.step);
  dialog.replaceChildren(makeCellHead(cell, place), make("div", { class: "left" }, views, strip.element), panel);
  draw(named >= 0 ? named : firstShown(report.pictures, cell, chain));
  return {
    choose: (mode) => comparison.choose(mode),
    outline: () => comparison.outline(),
    toggle: () => comparison.toggle(),
    stage: () => comparison.stage(),
    stop: () => comparison.stop(),
  };
}

/** The whole chain, null, where its ends can be compared; else the last step whose ends can, such as after a crop. */
function firstShown(pictures, cell, chain) {
  const overlays = (shown) => availableModes(pictures, shown).includes("slider");
  if (overlays(cell)) return null;
  const step = chain.findLastIndex(overlays);
  return cell.after === null || step < 0 ? null : step;
}

function makeCellHead(cell, { position, total, previous, next, close, verdicts, help }) {
  const facts = [
    ...cell.matrix.map(({ label, text }) => `${label}: ${text}`),
    cell.title === cell.id ? "" : `cell ${cell.id}`, cell.time, `charged ${cell.charged}`,
  ];
  return make("header", { class: "cell-head" },
    make("nav", { "aria-label": "Cells" },
      make("button", { type: "button", class: "icon", "aria-label": "Previous cell", disabled: previous === null, click: previous }, "←"),
      make("button", { type: "button", class: "icon", "aria-label": "Next cell", disabled: next === null, click: next }, "→"),
      make("span", { class: "muted" }, position < 0 ? "outside the filter" : `${position + 1} of ${total}`)),
    make("div", { class: "cell-name" },
      make("h2", { id: "cell-title", tabindex: "-1" }, cell.title, " ", makeBadge(cell.outcome, cell.word)),
      make("p", { class: "muted" }, ...facts.filter((text) => text !== "").map((text) => make("span", {}, text)))),
    verdicts,
    make("button", { type: "button", class: "icon", "aria-label": "Keys", click: help }, "?"),
    make("button", { type: "button", class: "icon close", "aria-label": "Close this cell", click: close }, "×"));
}

function makeStrip(report, cell, chain, choose) {
  const items = chain.length < 2 ? [] : [[null, cell.after, "whole chain", cell.word], ...chain.map((one, index) => [index, one.after, one.step, one.word])];
  const buttons = items.map(([index, picture, name, word]) => make("button", { type: "button", click: () => choose(index) },
    makePicture(report.pictures, picture, "small", "", "no result"), make("span", {}, name), make("small", {}, word)));
  return {
    element: items.length === 0 ? "" : make("ol", { class: "strip", "aria-label": "Steps: choose which one is shown above" },
      ...buttons.map((button) => make("li", {}, button))),
    show: (chosen) => buttons.forEach((button, place) => press(button, items[place][0] === chosen)),
  };
}

function makePanel(report, cell, chain, chosen) {
  const shown = chosen === null ? cell : chain[chosen];
  const hinted = chain.some(({ problem }) => problem !== "");
  return [
    cell.problem === "" || hinted ? "" : make("p", { class: `callout ${cell.outcome}` }, cell.problem),
    chosen === null && cell.checks.length > 0 ? makeChecks(cell) : "",
    makeChangeFigures(report, shown.change),
    ...(chosen === null ? chain : [shown]).map((action) => makeStep(report, action)),
    chosen === null && cell.checks.length === 0 ? makeChecks(cell) : "",
    chosen === null ? makeOmitted(cell) : "",
    chosen === null ? makeFiles(cell) : "",
  ].filter((part) => part !== "");
}

function makeOmitted({ omitted }) {
  if (omitted.length === 0) return "";
  return makePart("Left out", make("ul", {}, ...omitted.map(({ label, text }) => make("li", {}, `${label} (${text})`))));
}

function makeFiles({ files }) {
  if (files.length === 0) return "";
  return makePart("Outputs", make("ul", { class: "files" },
    ...files.map(({ path, url, state }) => make("li", {}, url === "" ? path : make("a", { href: url }, path), make("span", { class: "muted" }, ` ${state}`)))));
}
