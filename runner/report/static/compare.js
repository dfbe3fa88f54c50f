"use strict";
// Before and after: one over the other with a slider, side by side, blinking; where the mask is, and what changed.

const COMPARE_STEP = 10;
const BLINK_MS = 800;
const MODES = { slider: "Slider", sides: "Side by side", blink: "Blink", mask: "Mask", change: "Change" };
const FROM = { loading: "loading every pixel…", missing: "a preview: every pixel with runner report --full", full: "", preview: "" };
const SOME_SIZE = { width: 4, height: 3 };
const STAGE = { mode: "slider", outline: false, at: 50, scale: null, x: 0.5, y: 0.5, size: "" }; // Kept from cell to cell.

/** Compare two pictures; `shown` has the ids of before, after, mask, outline and heat, and a name for them. */
function makeComparison(report, shown, changed) {
  const { pictures } = report;
  const modes = availableModes(pictures, shown);
  const box = boxOf(pictures, shown);
  const place = make("div", { class: "place" });
  const bar = makeBar(modes, pictures, shown);
  let [stage, made] = [null, null];
  keepViewOf(box);

  function draw() {
    made?.stop();
    const mode = modes.includes(STAGE.mode) ? STAGE.mode : modes[0];
    const makers = { slider: makeSlider, sides: makeSides, blink: makeBlink, mask: makeMask, change: makeChange };
    made = makers[mode](report, shown, box, bar.tell);
    stage = makeStage(made.panes, `${shown.name}: plus and minus enlarge, arrow keys move what is enlarged`, STAGE, (view) => {
      bar.show(view);
      made.place?.(view);
    });
    place.replaceChildren(stage.element, bar.source, ...made.extras ?? []);
    place.classList.toggle("outlined", STAGE.outline);
    bar.draw(mode, made.controls ?? []);
  }

  const choose = (mode) => {
    if (!modes.includes(mode)) return false;
    STAGE.mode = mode;
    draw();
    changed(mode);
    return true;
  };
  const outline = () => {
    STAGE.outline = !STAGE.outline;
    place.classList.toggle("outlined", STAGE.outline);
    bar.showOutline();
    return true;
  };
  bar.listen({ choose, outline, zoomIn: () => stage.zoomIn(), zoomOut: () => stage.zoomOut(), whole: () => stage.whole(), pixels: () => stage.pixels() });
  draw();
  return {
    elements: [place, bar.element],
    choose,
    outline,
    stage: () => stage,
    toggle: () => made.toggle?.() ?? false,
    stop: () => made.stop(),
  };
}

function availableModes(pictures, { before, after, mask, heat }) {
  const has = (id) => pictureOf(pictures, id) !== null;
  const alike = has(before) && has(after) && isAlike(pictures.row(before), pictures.row(after));
  return [...(alike ? ["slider"] : []), "sides", ...(alike ? ["blink"] : []),
    ...(has(mask) ? ["mask"] : []), ...(has(heat) && has(after) ? ["change"] : [])];
}

function isAlike(one, other) {
  return Math.abs(one.width_px / one.height_px / (other.width_px / other.height_px) - 1) < 0.01
    || Math.abs(one.width_px - other.width_px) <= 1 && Math.abs(one.height_px - other.height_px) <= 1;
}

/** The size at which pictures lie on the stage: each its own, or that of the larger where both have one shape. */
function boxOf(pictures, { before, after }) {
  const size = (picture) => (picture === null ? null : { width: picture.width_px, height: picture.height_px });
  const [first, last] = [before, after].map((id) => size(pictureOf(pictures, id)));
  if (first === null || last === null) return { before: first ?? last ?? SOME_SIZE, after: last ?? first ?? SOME_SIZE };
  if (!isAlike(pictures.row(before), pictures.row(after))) return { before: first, after: last };
  const larger = first.width > last.width ? first : last;
  return { before: larger, after: larger };
}

/** A picture of another size begins as a whole. */
function keepViewOf({ after }) {
  const size = `${after.width}×${after.height}`;
  if (STAGE.size !== size) Object.assign(STAGE, { scale: null, x: 0.5, y: 0.5, size });
}

function makePane(size, sheets, label, ...children) {
  const words = label === "" ? "" : make("span", { class: "label", "aria-hidden": "true" }, label);
  return { ...size, sheets, element: make("div", { class: "pane" }, ...sheets.map(({ element }) => element), ...children, words) };
}

function makeSlider({ pictures }, { before, after, outline, name }, box, told) {
  const over = [{ id: outline, kind: "outline" }];
  const [under, upper] = [makeSheet(pictures, after, `${name} after`, over, told), makeSheet(pictures, before, `${name} before`, over)];
  const range = make("input", {
    type: "range", min: "0", max: "100", step: "1", value: String(STAGE.at),
    "aria-label": `${name}: how much of the picture is shown as it was before`,
  });
  const halves = [make("div", { class: "under" }, under.element), make("div", { class: "over" }, upper.element)];
  const pane = makePane(box.after, [], "", ...halves, range, make("div", { class: "handle", "aria-hidden": "true" }),
    make("span", { class: "label", "aria-hidden": "true" }, "before"), make("span", { class: "label end", "aria-hidden": "true" }, "after"));
  pane.sheets = [under, upper];
  let seen = { left: 0, right: 0 };
  const show = () => {
    STAGE.at = Number(range.value);
    pane.element.style.setProperty("--at", `${seen.left + (seen.right - seen.left) * range.value / 100}px`);
    range.setAttribute("aria-valuetext", `${range.value} % before, ${100 - range.value} % after`);
  };
  const move = (by) => () => {
    range.value = String(Number(range.value) + by);
    show();
  };
  range.addEventListener("input", show);
  return {
    panes: [pane],
    controls: [
      make("button", { type: "button", class: "icon", "aria-label": "Show less of before", click: move(-COMPARE_STEP) }, "◂"),
      make("button", { type: "button", class: "icon", "aria-label": "Show more of before", click: move(COMPARE_STEP) }, "▸"),
    ],
    place(view) {
      seen = view.seen;
      range.style.setProperty("left", `${seen.left}px`);
      range.style.setProperty("width", `${seen.right - seen.left}px`);
      show();
    },
    stop() {},
  };
}

function makeSides({ pictures }, { before, after, outline, name }, box, told) {
  const over = [{ id: outline, kind: "outline" }];
  const pane = (id, what, size, without) => {
    const sheet = makeSheet(pictures, id, `${name} ${what}`, id === null ? [] : over, told);
    return makePane(size, pictureOf(pictures, id) === null ? [] : [sheet], what,
      pictureOf(pictures, id) === null ? make("span", { class: "no-picture" }, without) : "");
  };
  const panes = [pane(before, "before", box.before, "no picture"), pane(after, "after", box.after, "no result")];
  return { panes, stop() {} };
}

function makeBlink({ pictures }, { before, after, outline, name }, box, told) {
  const over = [{ id: outline, kind: "outline" }];
  const sheets = [makeSheet(pictures, after, `${name} after`, over, told), makeSheet(pictures, before, `${name} before`, over)];
  const label = make("span", { class: "label" });
  const pane = makePane(box.after, sheets, "", label);
  let [timer, isBefore] = [null, false];
  const show = () => {
    sheets.forEach(({ element }, index) => element.classList.toggle("away", isBefore !== (index === 1)));
    label.textContent = isBefore ? "before" : "after";
  };
  const swap = () => {
    isBefore = !isBefore;
    show();
  };
  const play = make("button", { type: "button", click: () => (timer === null ? start() : stop()) });
  function start() {
    timer = setInterval(swap, BLINK_MS);
    play.textContent = "Pause";
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  }
  const toggle = () => {
    stop();
    swap();
    return true;
  };
  show();
  stop();
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) start();
  return { panes: [pane], controls: [play, make("button", { type: "button", click: toggle }, "Swap")], toggle, stop };
}

function makeMask({ pictures }, { mask, outline, name }, box, told) {
  const over = [{ id: outline, kind: "outline" }];
  return { panes: [makePane(box.before, [makeSheet(pictures, mask, `${name}, the mask tinted`, over, told)], "tinted: may be edited")], stop() {} };
}

function makeChange({ pictures, heat: { scale, unit } }, { after, heat, outline, name }, box, told) {
  const over = [{ id: heat, kind: "heat" }, { id: outline, kind: "outline" }];
  const pane = makePane(box.after, [makeSheet(pictures, after, `${name}: what changed`, over, told)], "what changed");
  pane.element.classList.add("faded");
  const swatches = scale.map(({ from, color, word }) => {
    const swatch = make("i", {});
    swatch.style.setProperty("background", color);
    return make("li", {}, swatch, `${from} ${unit}`, make("span", {}, ` ${word}`));
  });
  return { panes: [pane], extras: [make("ul", { class: "scale", "aria-label": "What the colors say" }, ...swatches)], stop() {} };
}
