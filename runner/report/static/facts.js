"use strict";
// Facts as a list of labels and texts, and the figures of what changed.

function makeFacts(report, facts, kind = "") {
  const known = facts.filter(({ text }) => text !== "");
  if (known.length === 0) return "";
  return make("dl", { class: `facts ${kind}` }, ...known.map(({ label, text, picture = null }) => make("div", {},
    make("dt", {}, label),
    make("dd", {}, picture === null ? "" : makePicture(report.pictures, picture, "small", ""), make("span", {}, text)))));
}

function fact(label, text) {
  return { label, text };
}

/** A part of the panel with a heading. */
function makePart(title, ...children) {
  return make("section", { class: "part", "aria-label": title }, make("h3", {}, title), ...children);
}

function makeChangeFigures(report, change) {
  if (change === null) return "";
  const { share, inside, outside, mean, max, measured } = change;
  const figures = [["of the picture", share], ["inside the mask", inside], ["outside it", outside]].filter(([, text]) => text !== "");
  return makePart("What changed",
    make("dl", { class: "change" }, ...figures.map(([label, text]) => make("div", {}, make("dt", {}, label), make("dd", {}, text)))),
    make("p", { class: "muted" }, `By ${mean} ${report.heat.unit} on average, ${max} at most; measured at ${measured}.`));
}

function makeRecords({ label, columns, rows }) {
  return make("div", { class: "records" }, make("h4", {}, label),
    makeTable(`Table: ${label}`, columns, rows.map((row) => make("tr", {}, ...row.map((text) => make("td", {}, text))))));
}
