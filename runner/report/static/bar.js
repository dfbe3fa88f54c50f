"use strict";
// The controls under the picture: how to compare, the mask's contour, how large.

function makeBar(modes, pictures, { before, after, outline }) {
  const act = {};
  const buttons = modes.map((mode) => makeToggle(mode, { click: () => act.choose(mode) }, MODES[mode]));
  const contour = pictureOf(pictures, outline) === null ? null
    : makeToggle("outline", { click: () => act.outline() }, "Mask contour");
  const own = make("span", { class: "own" });
  const percent = make("output", { class: "percent" });
  const source = make("output", { class: "label from" });
  const button = (what, label, text) => make("button", { type: "button", class: "icon", "aria-label": label, click: () => act[what]() }, text);
  const [whole, pixels] = [makeToggle("whole", { click: () => act.whole() }, "Fit"), makeToggle("pixels", { click: () => act.pixels() }, "1:1")];
  const showOutline = () => contour !== null && press(contour, STAGE.outline);
  showOutline();
  return {
    source,
    element: make("div", { class: "bar" },
      make("div", { class: "segments", role: "group", "aria-label": "How to compare" }, ...buttons),
      own,
      contour,
      make("div", { class: "zoom", role: "group", "aria-label": "Size" },
        button("zoomOut", "Smaller", "−"), percent, button("zoomIn", "Larger", "+"), whole, pixels),
      make("span", { class: "fulls" }, makeFullLink(pictures, before, "before"), makeFullLink(pictures, after, "after"))),
    listen: (actions) => Object.assign(act, actions),
    draw(mode, controls) {
      for (const one of buttons) press(one, one.name === mode);
      own.replaceChildren(...controls);
    },
    show(view) {
      percent.textContent = `${view.percent} %`;
      press(whole, view.fitting);
      press(pixels, view.percent === 100);
    },
    showOutline,
    tell(from) {
      source.textContent = FROM[from];
    },
  };
}

function makeFullLink(pictures, id, name) {
  const full = pictureOf(pictures, id)?.full ?? null;
  return full === null ? "" : make("a", { href: full, target: "_blank", rel: "noopener", "aria-label": `${name} in full size` }, `${name} ↗`);
}
