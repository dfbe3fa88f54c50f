"use strict";
// Before and after: one over the other with a slider, side by side, or the mask.

const COMPARE_STEP = 10;
let compareMode = "slider"; // Kept from cell to cell.

/** Compare two pictures and show a mask; each is an id or null. */
function makeComparison(pictures, { before, after, mask, name }) {
  const modes = availableModes(pictures, before, after, mask);
  const stage = make("div", { class: "stage" });
  const draw = () => {
    const mode = modes.includes(compareMode) ? compareMode : modes[0];
    const makers = { slider: makeSlider, "side by side": makeSides, mask: makeMask };
    stage.replaceChildren(makers[mode](pictures, { before, after, mask, name }));
    return mode;
  };
  const shown = draw();
  const choices = modes.map((mode) => make("label", {},
    make("input", { type: "radio", name: "compare", value: mode, checked: mode === shown, change: () => {
      compareMode = mode;
      draw();
    } }), make("span", {}, mode)));
  return make("div", { class: "comparison" }, stage, make("div", { class: "below" },
    make("fieldset", { class: "segments" }, make("legend", { class: "unseen" }, "How to compare"), ...choices),
    makeFullLink(pictures, before, "before"), makeFullLink(pictures, after, "after")));
}

function availableModes(pictures, before, after, mask) {
  const has = (id) => id !== null && pictures[id] !== undefined && pictures[id].large !== null;
  const ratio = (id) => pictures[id].width_px / pictures[id].height_px;
  const alike = has(before) && has(after) && Math.abs(ratio(before) / ratio(after) - 1) < 0.01;
  return [...(alike ? ["slider"] : []), "side by side", ...(has(mask) ? ["mask"] : [])];
}

function makeSlider(pictures, { before, after, name }) {
  const { width_px: width, height_px: height } = pictures[after];
  const range = make("input", {
    type: "range", min: "0", max: "100", step: "1", value: "50",
    "aria-label": `${name}: how much of the picture is shown as it was before`,
  });
  const frame = make("div", { class: "frame" },
    makePicture(pictures, after, "large", `${name} after`),
    make("div", { class: "over" }, makePicture(pictures, before, "large", `${name} before`)),
    range, make("div", { class: "handle", "aria-hidden": "true" }));
  frame.style.setProperty("--ratio", String(width / height));
  const show = () => {
    frame.style.setProperty("--at", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.value} % before, ${100 - range.value} % after`);
  };
  const move = (by) => {
    range.value = String(Number(range.value) + by);
    show();
  };
  range.addEventListener("input", show);
  show();
  return make("div", { class: "slider" }, frame, make("div", { class: "ends" },
    make("span", {}, "before"),
    make("button", { type: "button", "aria-label": "Show less of before", click: () => move(-COMPARE_STEP) }, "−"),
    make("span", { class: "muted" }, "drag, click or use the arrow keys"),
    make("button", { type: "button", "aria-label": "Show more of before", click: () => move(COMPARE_STEP) }, "+"),
    make("span", {}, "after")));
}

function makeSides(pictures, { before, after, name }) {
  return make("div", { class: "sides" },
    makeCaptioned(pictures, before, "before", `${name} before`, "no picture"),
    makeCaptioned(pictures, after, "after", `${name} after`, "no result"));
}

function makeMask(pictures, { mask, name }) {
  return make("div", { class: "sides one" },
    makeCaptioned(pictures, mask, "mask: what may be edited is tinted", `${name}, the mask tinted`, "no picture"));
}

function makeCaptioned(pictures, id, caption, alt, without) {
  return make("figure", {}, makePicture(pictures, id, "large", alt, without), make("figcaption", {}, caption));
}

function makeFullLink(pictures, id, name) {
  const full = id === null || pictures[id] === undefined ? null : pictures[id].full;
  return full === null ? "" : make("a", { href: full }, `${name} in full size`);
}
