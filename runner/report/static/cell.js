"use strict";
// One cell in full: its pictures, its chain of steps, and everything known of each step.

/** Fill the article of a cell. */
function showCell(article, report, cell, place) {
  const chain = cell.chain.map((index) => report.actions[index]);
  let chosen = firstShown(report.pictures, cell, chain);
  const comparison = make("div");
  const strip = make("ol", { class: "strip", "aria-label": "Steps: choose which one is shown above" });
  const draw = () => {
    const shown = chosen === null ? cell : chain[chosen];
    const name = chosen === null ? cell.title : `${cell.title}, step ${chain[chosen].step}`;
    comparison.replaceChildren(makeComparison(report.pictures, { ...shown, name }));
    for (const [index, item] of [...strip.children].entries()) {
      item.firstChild.setAttribute("aria-pressed", String(index === (chosen === null ? 0 : chosen + 1)));
    }
  };
  const choose = (index) => () => {
    chosen = index;
    draw();
  };
  strip.append(
    makeStripItem(report, cell.after, "whole chain", cell.word, choose(null)),
    ...chain.map((action, index) => makeStripItem(report, action.after, action.step, action.word, choose(index))));
  draw();
  article.replaceChildren(
    makeCellHead(cell, place),
    cell.problem === "" ? "" : make("p", { class: `callout ${cell.outcome}` }, cell.problem),
    comparison,
    chain.length > 1 ? strip : "",
    makeChecks(cell),
    ...chain.map((action) => makeAction(report, action)),
    makeOmitted(cell), makeFiles(cell));
}

/** The whole chain, null, where its ends can be compared; else the last step whose ends can, such as after a crop. */
function firstShown(pictures, cell, chain) {
  const overlays = ({ before, after, mask }) => availableModes(pictures, before, after, mask).includes("slider");
  if (overlays(cell)) return null;
  const step = chain.findLastIndex(overlays);
  return cell.after === null || step < 0 ? null : step;
}

function makeCellHead(cell, { position, total, previous, next, close }) {
  return make("header", { class: "cell-head" },
    make("h2", { id: "cell-title", tabindex: "-1" }, cell.title, " ", makeBadge(cell.outcome, cell.word)),
    make("p", { class: "muted" }, ...cell.matrix.map(({ label, text }) => `${label}: ${text}  `),
      cell.title === cell.id ? "" : `cell ${cell.id}  `,
      position < 0 ? "outside the filter" : `${position + 1} of ${total}`, cell.time === "" ? "" : `, ${cell.time}`, `, charged ${cell.charged}`),
    make("nav", { "aria-label": "Cells" },
      make("button", { type: "button", "aria-label": "Previous cell", disabled: previous === null, click: previous }, "←"),
      make("button", { type: "button", "aria-label": "Next cell", disabled: next === null, click: next }, "→"),
      make("button", { type: "button", "aria-label": "Close this cell", click: close }, "×")));
}

function makeStripItem(report, picture, name, word, choose) {
  return make("li", {}, make("button", { type: "button", click: choose },
    makePicture(report.pictures, picture, "small", "", "no result"), make("span", {}, name), make("small", {}, word)));
}

function makeAction(report, action) {
  return make("section", { class: "action", "aria-label": `Step ${action.step}` },
    make("h3", {}, action.step, " ", makeBadge(action.outcome, action.word)),
    action.problem === "" ? "" : make("p", { class: `callout ${action.outcome}` }, action.problem,
      action.hint === "" ? "" : make("span", { class: "hint" }, action.hint)),
    action.notes.length === 0 ? "" : make("ul", { class: "notes" }, ...action.notes.map((note) => make("li", {}, note))),
    makeFacts(report, [...action.params], "parameters"),
    makeFacts(report, moneyFacts(action), "money"),
    action.details.length + action.records.length === 0 ? "" : make("details", {}, make("summary", {}, "What the model said"),
      makeFacts(report, action.details, "details"), ...action.records.map(makeRecords)));
}

function makeRecords({ label, columns, rows }) {
  const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)));
  return make("div", { class: "scroll records", tabindex: "0", role: "group", "aria-label": `Table: ${label}` },
    make("table", {}, make("caption", {}, label), make("thead", {}, head),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((text) => make("td", {}, text)))))));
}

function moneyFacts(action) {
  const facts = [
    ["model", `${action.uses}, revision ${action.revision}`],
    ["provider", action.job === "" ? action.provider : `${action.provider}, job ${action.job}`],
    ["planned", action.planned],
    ["money", `list ${action.list_price}, quoted ${action.quoted}, charged ${action.charged}`],
    ["time", action.time === "" ? "" : `${action.time}${action.attempts > 1 ? ` in ${action.attempts} attempts` : ""}`],
    ["shared", action.shared === 0 ? "" : `with ${action.shared} other cell${action.shared === 1 ? "" : "s"}: made and paid once`],
    ["raw result", action.raw],
    ["key", action.key],
  ];
  return facts.filter(([, text]) => text !== "").map(([label, text]) => ({ label, text, picture: null }));
}

function makeFacts(report, facts, kind) {
  if (facts.length === 0) return "";
  return make("dl", { class: `facts ${kind}` }, ...facts.map(({ label, text, picture }) => make("div", {},
    make("dt", {}, label),
    make("dd", {}, picture === null ? "" : makePicture(report.pictures, picture, "small", ""), make("span", {}, text)))));
}

function makeOmitted(cell) {
  if (cell.omitted.length === 0) return "";
  return make("p", { class: "muted" }, "Left out: ", cell.omitted.map(({ label, text }) => `${label} (${text})`).join(", "));
}

function makeFiles(cell) {
  if (cell.files.length === 0) return "";
  return make("section", { class: "action" }, make("h3", {}, "Outputs"), make("ul", { class: "files" },
    ...cell.files.map(({ path, url, state }) => make("li", {}, make("a", { href: url }, path), ` ${state}`))));
}
