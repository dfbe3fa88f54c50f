"use strict";
// The page: what is shown follows the view, the view follows the controls, and the address follows the view.

/** Run the page: one closure, because view, controls and address refer to each other. */
function startPage(report) {
  const dialog = document.getElementById("cell");
  const cells = new Map(report.cells.map((cell) => [cell.id, cell]));
  const hasMatrix = report.cells.some(({ matrix }) => matrix.length > 0);
  for (const cell of report.cells) cell.sought = `${cell.id} ${cell.title}`.toLowerCase(); // Ten times as fast as by the locale.
  const verdicts = openVerdicts(report.run);
  const filters = makeFilters(report, verdicts);
  const tabs = makeTabs(findPanels(), (tab) => change({ tab }));
  const known = { cells, filters, tabs: tabs.names };
  const controls = makeControls(report, filters, change, makeExport(report, verdicts, () => draw()));
  const help = makeHelp();
  const list = windowedList(document.getElementById("list"), (cell) => makeCard(report, cell, {
    href: address({ ...view, cell: cell.id, step: "", compare: "" }), hasMatrix, verdict: verdicts.of(cell.id),
  }), cardHeights(report, hasMatrix ? 3 : 2));
  const verdictButtons = makeVerdictButtons(give);
  let view = { ...EVERYTHING };
  let found = [];
  let opened = null; // What keys may do in the cell that is open.

  function findPanels() {
    return [["cells", `Cells ${report.cells.length}`], ["money", "Money"], ["time", "Time"], ["recipe", "Recipe"]]
      .map(([name, words]) => ({ name, words, element: document.getElementById(name) }))
      .filter(({ element }) => element !== null);
  }

  /** Change the view because somebody used a control: the address follows. */
  function change(changes) {
    view = { ...view, ...(typeof changes === "function" ? changes(view) : changes) };
    history.replaceState(null, "", address(view));
    draw();
  }

  function draw() {
    found = selectCells(report.cells, view, filters);
    tabs.show(view.tab);
    controls.show(view, found.length, verdicts.size);
    list.show(found);
    drawCell(cells.get(view.cell));
  }

  function drawCell(cell) {
    opened?.stop();
    opened = null;
    if (cell === undefined) {
      if (dialog.open) dialog.close();
      dialog.replaceChildren();
      return;
    }
    if (!dialog.open) dialog.showModal();
    const position = found.indexOf(cell);
    if (view.compare !== "") STAGE.mode = view.compare;
    opened = showCell(dialog, report, cell, {
      position,
      total: found.length,
      previous: goTo(position - 1, position),
      next: goTo(position + 1, position),
      step: view.step,
      close: closeCell,
      help,
      verdicts: verdictButtons.element,
      chose: (step) => note({ step }),
      compared: (compare) => note({ compare: compare === "slider" ? "" : compare }),
    });
    verdictButtons.show(verdicts.of(cell.id));
  }

  /** Keep in the address what has been drawn already. */
  function note(changes) {
    view = { ...view, ...changes };
    history.replaceState(null, "", address(view));
  }

  function goTo(to, position) {
    return position < 0 || found[to] === undefined ? null : () => open(found[to].id);
  }

  function open(id) {
    change({ cell: id, step: "" });
    document.getElementById("cell-title").focus({ preventScroll: true });
    return true;
  }

  function closeCell() {
    const position = found.findIndex(({ id }) => id === view.cell);
    change({ cell: "", step: "", compare: "" });
    if (position >= 0 && view.tab === "cells") list.focusCard(position);
  }

  function give(verdict) {
    verdicts.give(view.cell, verdict);
    verdictButtons.show(verdicts.of(view.cell));
    controls.show(view, found.length, verdicts.size);
    list.redrawCards();
  }

  /** A name without a value is a place in the page, not a view. */
  function namesPlace() {
    return location.hash.length > 1 && !location.hash.includes("=");
  }

  function followAddress() {
    if (namesPlace()) {
      const place = document.getElementById(location.hash.slice(1));
      if (place === null) return;
      view = { ...view, cell: "", tab: tabs.holding(place) || view.tab };
      draw();
      place.scrollIntoView();
      return;
    }
    const before = view.cell;
    view = readAddress(location.hash, known);
    draw();
    if (view.cell !== "" && view.cell !== before) document.getElementById("cell-title").focus({ preventScroll: true });
  }

  function followKey(event) {
    const position = found.findIndex(({ id }) => id === view.cell);
    const acted = actOnKey(event, {
      view: opened, give, help, previous: goTo(position - 1, position) ?? undefined, next: goTo(position + 1, position) ?? undefined,
    });
    if (acted) event.preventDefault();
  }

  document.getElementById("cells").before(tabs.element);
  document.getElementById("controls").append(...controls.elements);
  document.getElementById("browse").hidden = false;
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeCell();
  });
  dialog.addEventListener("keydown", followKey);
  addEventListener("hashchange", followAddress);
  if (namesPlace()) draw(); // What has no view of its own is looked for in what there is.
  followAddress();
}

// People's own templates may leave out parts of the page.
const themeButton = document.getElementById("theme");
if (themeButton !== null) startTheme(themeButton);
if (document.getElementById("browse") !== null) startPage(openReport(JSON.parse(document.getElementById("data").textContent)));
