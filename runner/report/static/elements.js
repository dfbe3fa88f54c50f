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
  const picture = id === null ? undefined : pictures[id];
  if (!picture || picture[size] === null) return make("span", { class: "no-picture" }, without);
  return make("img", {
    src: picture[size],
    alt,
    width: picture.width_px,
    height: picture.height_px,
    loading: size === "small" ? "lazy" : "eager",
    decoding: "async",
    draggable: "false",
  });
}

function makeBadge(outcome, word) {
  return make("span", { class: `badge ${outcome}` }, word);
}
