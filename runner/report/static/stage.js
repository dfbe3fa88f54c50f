"use strict";
// Pictures that are enlarged and moved together: every pane shows the same part of its picture at the same scale.

const PIXEL_GRID_FROM = 8; // Screen pixels to one of the picture.
const SQUARE_PIXELS_FROM = 4;
const LARGEST_SCALE = 40;
const LARGEST_FIT = 4;
const THINNEST_PX = 8; // A picture that fits thinner than this is shown pixel by pixel instead.
const ZOOM_STEP = 1.5;
const PAN_STEP = 0.2; // Of the pane.

/**
 * Lay panes side by side; each has an element, its sheets (pictures one over the other) and the size of its picture
 * in pixels. `kept` holds the scale (null: the whole picture) and the middle (0 to 1), from picture to picture.
 */
function makeStage(panes, label, kept, changed) {
  const element = make("div", { class: "panes", tabindex: "0", role: "group", "aria-label": label },
    ...panes.map((pane) => pane.element));
  element.classList.toggle("wide", panes[0].width > panes[0].height);
  const map = makeMap(panes[0], moveTo);
  panes[0].element.append(map.element);
  const ratio = () => devicePixelRatio;

  function room() {
    return { columns: panes[0].element.clientWidth, rows: panes[0].element.clientHeight };
  }

  function fitting() {
    const { columns, rows } = room();
    const whole = Math.min(...panes.map(({ width, height }) => Math.min(columns / width, rows / height)));
    const thin = Math.min(...panes.map(({ width, height }) => Math.min(width, height))) * whole < THINNEST_PX;
    return Math.min(thin ? 1 / ratio() : whole, LARGEST_FIT / ratio());
  }

  function scale() {
    return kept.scale ?? fitting();
  }

  function draw() {
    const now = { ...room(), scale: scale(), square: scale() * ratio() >= SQUARE_PIXELS_FROM, grid: scale() * ratio() >= PIXEL_GRID_FROM };
    const seen = panes.map((pane) => placeSheets(pane, kept, now));
    const enlarged = seen.some(({ cut }) => cut);
    element.classList.toggle("enlarged", enlarged);
    map.show(enlarged ? seen[0] : null);
    changed({ percent: Math.round(now.scale * ratio() * 100), enlarged, fitting: kept.scale === null, seen: seen[0] });
  }

  /** Enlarge so that the point of a pane that the pointer is on stays where it is. */
  function zoomTo(wanted, x = room().columns / 2, y = room().rows / 2) {
    const { columns, rows } = room();
    const { width, height } = panes[0];
    const [before, after] = [scale(), Math.min(Math.max(wanted, Math.min(fitting(), 1 / ratio())), LARGEST_SCALE / ratio())];
    kept.x = keepPoint(kept.x, x - columns / 2, width, before, after);
    kept.y = keepPoint(kept.y, y - rows / 2, height, before, after);
    kept.scale = Math.abs(after / fitting() - 1) < 0.01 ? null : after;
    draw();
  }

  function moveBy(columns, rows) {
    kept.x -= columns / (panes[0].width * scale());
    kept.y -= rows / (panes[0].height * scale());
    draw();
  }

  function moveTo(x, y) {
    Object.assign(kept, { x, y });
    draw();
  }

  const act = {
    zoomIn: () => zoomTo(scale() * ZOOM_STEP),
    zoomOut: () => zoomTo(scale() / ZOOM_STEP),
    whole: () => zoomTo(fitting()),
    pixels: (x, y) => zoomTo(1 / ratio(), x, y),
    arrow(key) {
      if (!element.classList.contains("enlarged")) return false;
      const { columns, rows } = room();
      const [x, y] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [0, 0];
      moveBy(x * columns * PAN_STEP, y * rows * PAN_STEP);
      return x !== 0 || y !== 0;
    },
  };
  followPointers(element, { zoomTo, moveBy, scale, act, isWhole: () => kept.scale === null });
  new ResizeObserver(draw).observe(element);
  return { element, draw, ...act };
}

/** Where the middle has to be (0 to 1), so that what is `from` away from the middle of the pane stays there. */
function keepPoint(middle, from, size, before, after) {
  return middle + from / (size * before) - from / (size * after);
}

/** Put the sheets of a pane where the view is; give what is seen of the picture, in the pane and as shares. */
function placeSheets({ element, sheets, width, height }, kept, { columns, rows, scale, square, grid }) {
  const [wide, high] = [Math.max(1, width * scale), Math.max(1, height * scale)];
  const [left, top] = [startOf(kept, "x", wide, columns), startOf(kept, "y", high, rows)];
  const place = { left, top, width: wide, height: high };
  for (const sheet of sheets) {
    for (const [name, value] of Object.entries(place)) sheet.element.style.setProperty(name, `${value}px`);
    sheet.sharpen(Math.max(wide, high) * devicePixelRatio);
    sheet.element.classList.toggle("square", square);
  }
  element.classList.toggle("pixels", grid);
  for (const [name, value] of [["--pixel", scale], ["--left", left], ["--top", top]]) element.style.setProperty(name, `${value}px`);
  return {
    left: Math.max(0, left),
    right: Math.min(columns, left + wide),
    cut: wide > columns + 1 || high > rows + 1,
    shares: [Math.max(0, -left / wide), Math.max(0, -top / high), Math.min(1, columns / wide), Math.min(1, rows / high)],
  };
}

/** Where a picture begins in its pane: in the middle where it fits, else so that no edge leaves a gap. */
function startOf(kept, axis, size, room) {
  if (size <= room) return (room - size) / 2;
  const start = Math.min(0, Math.max(room - size, room / 2 - kept[axis] * size));
  kept[axis] = (room / 2 - start) / size;
  return start;
}

/** Drag to move, pinch or turn the wheel to enlarge, click twice for single pixels and back. */
function followPointers(element, { zoomTo, moveBy, scale, act, isWhole }) {
  const pointers = new Map();
  const place = (event) => {
    const box = (event.target.closest(".pane") ?? element.firstChild).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const spread = () => {
    const [a, b] = pointers.values();
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".map")) return;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (event.target.localName !== "input") element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (last === undefined) return;
    const apart = pointers.size === 2 ? spread() : 0;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (apart > 0) {
      const [a, b] = pointers.values();
      const box = element.firstChild.getBoundingClientRect();
      zoomTo(scale() * spread() / apart, (a[0] + b[0]) / 2 - box.left, (a[1] + b[1]) / 2 - box.top);
    } else if (event.target.localName !== "input") moveBy(event.clientX - last[0], event.clientY - last[1]);
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, (event) => pointers.delete(event.pointerId));
  element.addEventListener("dblclick", (event) => {
    if (event.target.closest(".map")) return;
    if (isWhole()) act.pixels(...place(event));
    else act.whole();
  });
  element.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !matchMedia("(min-width: 62rem)").matches) return; // There the page itself is scrolled.
    event.preventDefault();
    zoomTo(scale() * Math.exp(-event.deltaY / 300), ...place(event));
  }, { passive: false });
}

/** The whole picture in small with a frame around what is seen: click in it to go there. */
function makeMap(pane, moveTo) {
  const frame = make("span", { class: "seen" });
  const element = make("div", { class: "map", "aria-hidden": "true", hidden: true }, frame);
  const picture = pane.sheets[0]?.small ?? null;
  if (picture !== null) element.prepend(make("img", { src: picture, alt: "", draggable: "false" }));
  const go = (event) => {
    const box = element.getBoundingClientRect();
    moveTo((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    go(event);
  });
  element.addEventListener("pointermove", (event) => event.buttons > 0 && go(event));
  element.style.setProperty("aspect-ratio", `${pane.width} / ${pane.height}`);
  return {
    element,
    show(seen) {
      element.hidden = seen === null;
      if (seen === null) return;
      ["left", "top", "width", "height"].forEach((name, index) => frame.style.setProperty(name, `${seen.shares[index] * 100}%`));
    },
  };
}
