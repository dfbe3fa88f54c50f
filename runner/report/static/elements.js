"use strict";
// Elements from data: every text goes in as text, never as markup.

/** Make an element; attributes that are null or false are left out, functions become listeners. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** Make the picture with an id at a size, "small" or "large"; words where there is none. */
function makePicture(pictures, id, size, alt, without = "no picture") {
  const picture = pictureOf(pictures, id);
  if (picture === null) return make("span", { class: "no-picture" }, without);
  return make("img", {
    src: picture[size] ?? picture.large,
    alt,
    width: picture.width_px,
    height: picture.height_px,
    loading: size === "small" ? "lazy" : "eager",
    decoding: size === "small" ? "async" : "sync", // The large one must not flicker from cell to cell.
    draggable: "false",
  });
}

/** The picture with an id; null where there is none, or nothing of it to show. */
function pictureOf(pictures, id) {
  const picture = id === null || id === undefined ? null : pictures.row(id);
  return picture !== null && (picture.large ?? picture.small) !== null ? picture : null;
}

/** A name that may be broken after its underscores. */
function makeBreakable(name) {
  return make("span", {}, ...name.split(/(?<=_)/).flatMap((part) => [part, make("wbr")]));
}

function makeBadge(outcome, word) {
  return make("span", { class: `badge ${outcome}` }, word);
}

/** A button that is on or off. */
function makeToggle(name, attributes, ...children) {
  return make("button", { type: "button", ...attributes, name }, ...children);
}

function press(button, pressed) {
  button.setAttribute("aria-pressed", String(pressed));
}

/** A table that scrolls sideways where it is wider than its place. */
function makeTable(label, columns, rows, attributes = {}) {
  const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)));
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label },
    make("table", attributes, make("thead", {}, head), make("tbody", {}, ...rows)));
}
