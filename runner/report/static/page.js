"use strict";
// What is shown: filter, search, order and the open cell; the address keeps it, so that a view can be sent.

const report = JSON.parse(document.getElementById("data").textContent);
const browse = document.getElementById("browse");
const article = document.getElementById("cell");
const STATES = { all: "all", failed: "failed", quarantined: "in quarantine", in_doubt: "in doubt", skipped: "skipped", succeeded: "done", reused: "reused" };
const ORDERS = { recipe: "as in the recipe", key: "by key", cost: "by charge", time: "by time" };
const COLLATOR = new Intl.Collator(undefined, { numeric: true });
const COMPARERS = {
  recipe: null,
  key: (a, b) => COLLATOR.compare(a.id, b.id),
  cost: (a, b) => b.cost - a.cost,
  time: (a, b) => b.duration_ms - a.duration_ms,
};
const filters = makeFilters(report.cells).map((filter) => ({
  ...filter, ...makeFilterControl(filter, (value) => change({ chosen: { ...view.chosen, [filter.name]: value } })),
}));
const hasMatrix = report.cells.some(({ matrix }) => matrix.length > 0);
let view = { state: "all", text: "", order: "recipe", cell: "", chosen: {} };
let shown = [];

const cards = windowedList(document.getElementById("list"), makeCard);
const count = make("output", { class: "count" });
const search = make("input", { type: "search", placeholder: report.cells[0]?.id ?? "", input: () => change({ text: search.value }) });
const order = make("select", { change: () => change({ order: order.value }) },
  ...Object.entries(ORDERS).map(([value, words]) => make("option", { value }, words)));
const states = makeStates();

function makeStates() {
  const counts = { all: report.cells.length };
  for (const { outcome } of report.cells) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return make("fieldset", { class: "segments" }, make("legend", { class: "unseen" }, "State"),
    ...Object.entries(STATES).filter(([state]) => counts[state]).map(([state, word]) => make("label", {},
      make("input", { type: "radio", name: "state", value: state, change: () => change({ state }) }),
      make("span", {}, `${word} `, make("small", {}, String(counts[state]))))));
}

function makeCard(cell) {
  const open = cell.id === view.cell;
  return make("li", { class: `card ${cell.outcome}${open ? " open" : ""}` },
    make("a", { href: address({ ...view, cell: cell.id }), "aria-current": open ? "true" : null },
      make("span", { class: "pair" },
        makePicture(report.pictures, cell.before, "small", "before"),
        makePicture(report.pictures, cell.after, "small", "after", "no result")),
      make("span", { class: "line" }, make("b", {}, cell.name), makeBadge(cell.outcome, cell.word)),
      hasMatrix ? make("span", { class: "line matrix" }, make("span", {}, cell.matrix.map(({ text }) => text).join(" · "))) : "",
      make("span", { class: "line muted" },
        make("span", cell.check === "warned" && cell.problem === "" ? { class: "warned" } : {}, cell.problem || cell.check_word || cell.time),
        make("span", { class: "charge" }, cell.charged))));
}

function address({ state, text, order: by, cell, chosen }) {
  const parts = new URLSearchParams();
  if (cell !== "") parts.set("cell", cell);
  if (state !== "all") parts.set("state", state);
  for (const { name } of filters) if (chosen[name]) parts.set(name, chosen[name]);
  if (text !== "") parts.set("search", text);
  if (by !== "recipe") parts.set("order", by);
  return `#${parts}`;
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%20"));
  const known = (name, choices, otherwise) => (Object.hasOwn(choices, parts.get(name) ?? "") ? parts.get(name) : otherwise);
  return {
    state: known("state", STATES, "all"),
    text: parts.get("search") ?? "",
    order: known("order", ORDERS, "recipe"),
    cell: report.cells.some(({ id }) => id === parts.get("cell")) ? parts.get("cell") : "",
    chosen: Object.fromEntries(filters.map(({ name, choices }) => [name, choices.has(parts.get(name)) ? parts.get(name) : ""])),
  };
}

/** Change the view because somebody used a control: the address follows. */
function change(changes) {
  view = { ...view, ...changes };
  history.replaceState(null, "", address(view));
  draw();
}

function select() {
  const text = view.text.toLocaleLowerCase();
  const active = filters.filter(({ name }) => view.chosen[name]);
  const found = report.cells.filter((cell) =>
    (view.state === "all" || cell.outcome === view.state)
    && `${cell.id} ${cell.title}`.toLocaleLowerCase().includes(text)
    && active.every(({ name, takes }) => takes(cell, view.chosen[name])));
  return COMPARERS[view.order] === null ? found : found.sort(COMPARERS[view.order]);
}

function draw() {
  shown = select();
  for (const input of states.querySelectorAll("input")) input.checked = input.value === view.state;
  if (search.value !== view.text) search.value = view.text;
  order.value = view.order;
  for (const { name, control } of filters) control.value = view.chosen[name] ?? "";
  count.textContent = `${shown.length} of ${report.cells.length} cells`;
  const cell = report.cells.find(({ id }) => id === view.cell);
  browse.classList.toggle("opened", cell !== undefined);
  article.hidden = cell === undefined;
  cards.show(shown);
  if (cell !== undefined) drawCell(cell);
}

function drawCell(cell) {
  const position = shown.indexOf(cell);
  const go = (to) => (shown[to] === undefined || position < 0 ? null : () => open(shown[to].id));
  showCell(article, report, cell, {
    position, total: shown.length, previous: go(position - 1), next: go(position + 1), close: closeCell,
  });
  article.scrollTop = 0;
  if (position >= 0) cards.bringIntoView(position);
}

function open(id) {
  change({ cell: id });
  document.getElementById("cell-title").focus({ preventScroll: true });
}

function closeCell() {
  const position = shown.findIndex(({ id }) => id === view.cell);
  change({ cell: "" });
  if (position >= 0) cards.focusCard(position);
}

/** A name without a value is a place in the page, not a view. */
function namesPlace() {
  return location.hash.length > 1 && !location.hash.includes("=");
}

function followAddress() {
  if (location.hash === "#recipe") document.getElementById("recipe").open = true;
  if (namesPlace()) return;
  const opened = view.cell;
  view = readAddress();
  draw();
  if (view.cell !== "" && view.cell !== opened) {
    article.scrollIntoView({ block: "nearest" });
    document.getElementById("cell-title").focus({ preventScroll: true });
  }
}

function browseByKey(event) {
  const here = event.target === document.body || article.contains(event.target);
  if (view.cell === "" || !here || event.target.closest("input") || event.altKey || event.ctrlKey || event.metaKey) return;
  const position = shown.findIndex(({ id }) => id === view.cell);
  const next = { ArrowLeft: position - 1, ArrowRight: position + 1 }[event.key];
  if (event.key === "Escape") closeCell();
  else if (next !== undefined && shown[next] !== undefined) open(shown[next].id);
  else return;
  event.preventDefault();
}

startTheme(document.getElementById("theme"));
document.getElementById("list").classList.toggle("tall", hasMatrix);
document.getElementById("controls").append(states, ...filters.map(({ field }) => field),
  make("label", { class: "field" }, make("span", {}, "Search"), search),
  make("label", { class: "field" }, make("span", {}, "Order"), order), count);
document.getElementById("controls").hidden = false;
browse.hidden = false;
addEventListener("hashchange", followAddress);
addEventListener("keydown", browseByKey);
draw();
followAddress();
