"use strict";
// A card of the contact sheet: before and after, which cell it is, how it ended and what it cost.

const [LOWEST, HIGHEST] = [0.5, 1.2]; // Of the width of one of the two pictures.
const LINE_PX = 19;
const PADDING_PX = 15;

/** How high cards of a width are, both in px: as their pictures need it where half of them are wider than the others. */
function cardHeights({ cells, pictures }, lines) {
  const shapes = Float64Array.from(cells.map(({ before, after }) => pictureOf(pictures, after) ?? pictureOf(pictures, before))
    .filter((picture) => picture !== null), (picture) => picture.height_px / picture.width_px).sort();
  const shape = Math.min(HIGHEST, Math.max(LOWEST, shapes[Math.floor(shapes.length / 2)] ?? LOWEST));
  return (width) => Math.round(width / 2 * shape + lines * LINE_PX + PADDING_PX);
}

function makeCard(report, cell, { href, hasMatrix, verdict }) {
  const says = cell.problem || cell.check_word || cell.time;
  const saysOf = cell.problem === "" && cell.check === "warned" ? "says warned" : "says";
  const charge = make("span", { class: "charge" }, cell.charged);
  const matrix = make("span", {}, cell.matrix.map(({ text }) => text).join(" · "));
  return make("li", { class: `card ${cell.outcome}${verdict === "" ? "" : ` ${verdict}`}` },
    make("a", { href },
      verdict === "" ? "" : make("span", { class: `mark ${verdict}` }, VERDICTS[verdict]),
      make("span", { class: "pair" },
        makePicture(report.pictures, cell.before, "small", "before"),
        makePicture(report.pictures, cell.after, "small", "after", "no result")),
      make("span", { class: "line" }, make("b", {}, cell.name), makeBadge(cell.outcome, cell.word)),
      hasMatrix ? make("span", { class: "line muted" }, matrix, charge) : "",
      make("span", { class: "line muted" }, make("span", { class: saysOf }, says), hasMatrix ? "" : charge)));
}
