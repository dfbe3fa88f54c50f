"use strict";
// The keys of the cell view: what each does, a dialog that lists them, and a switch for those that are single letters.

const KEYS_KEY = "edit-runner-keys";
const SINGLE_KEYS = {
  k: ["give the verdict Keep", (act) => act.give("keep")],
  r: ["give the verdict Redo", (act) => act.give("redo")],
  x: ["give the verdict Reject", (act) => act.give("reject")],
  s: ["compare with the slider", (act) => act.view.choose("slider")],
  d: ["compare side by side", (act) => act.view.choose("sides")],
  b: ["blink", (act) => act.view.choose("blink")],
  w: ["swap before and after while blinking", (act) => act.view.toggle()],
  m: ["show the mask", (act) => act.view.choose("mask")],
  c: ["show what changed", (act) => act.view.choose("change")],
  o: ["show the mask's contour", (act) => act.view.outline()],
  "+": ["enlarge", (act) => act.view.stage().zoomIn()],
  "-": ["make smaller", (act) => act.view.stage().zoomOut()],
  0: ["show the whole picture", (act) => act.view.stage().whole()],
  1: ["show single pixels, 1:1", (act) => act.view.stage().pixels()],
  "?": ["list these keys", (act) => act.help()],
};
const OTHER_KEYS = {
  "← →": "previous and next cell; on the slider: less and more of before; on an enlarged picture: move it",
  "↑ ↓": "move an enlarged picture",
  Esc: "leave the cell",
};

function areSingleKeysOn() {
  return remembered(KEYS_KEY) !== "off";
}

/** The dialog with all keys; gives a function that opens it. */
function makeHelp() {
  const rows = [...Object.entries(OTHER_KEYS), ...Object.entries(SINGLE_KEYS).map(([key, [words]]) => [key, words])];
  const on = make("input", { type: "checkbox", checked: areSingleKeysOn(), change: () => remember(KEYS_KEY, on.checked ? "on" : "off") });
  const dialog = makeDialog("Keys in the cell view",
    make("dl", { class: "keys" }, ...rows.map(([key, words]) => make("div", {}, make("dt", {}, make("kbd", {}, key.length === 1 ? key.toUpperCase() : key)), make("dd", {}, words)))),
    make("label", { class: "row" }, on, "Single letters and signs are shortcuts"));
  return () => dialog.showModal();
}

/** Do what a key in the cell view stands for; false where it stands for nothing here. */
function actOnKey(event, act) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("textarea, input:not([type='range'])")) return false;
  const onRange = event.target.localName === "input";
  if (event.key.startsWith("Arrow")) {
    if (onRange || event.target.closest("pre, .scroll")) return false;
    if (event.target.closest(".panes") && act.view.stage().arrow(event.key)) return true;
    return { ArrowLeft: act.previous, ArrowRight: act.next }[event.key]?.() ?? false;
  }
  const key = event.key === "=" ? "+" : event.key.toLowerCase();
  if (!areSingleKeysOn() || !Object.hasOwn(SINGLE_KEYS, key)) return false;
  SINGLE_KEYS[key][1](act);
  return true;
}
