"use strict";
// What a person thinks of each cell: kept in the browser, exported as a list of cells for `--select @FILE`.

const VERDICTS = { keep: "Keep", redo: "Redo", reject: "Reject" };

/** The verdicts on the cells of a run. */
function openVerdicts(run) {
  const key = `edit-runner verdicts ${run.id}`;
  const given = readVerdicts(remembered(key));
  const save = () => remember(key, JSON.stringify([...given]));
  return {
    of: (cell) => given.get(cell) ?? "",
    /** Give a verdict; the same again takes it back. */
    give(cell, verdict) {
      if (given.get(cell) === verdict) given.delete(cell);
      else given.set(cell, verdict);
      save();
    },
    count: (verdict) => [...given.values()].filter((one) => one === verdict).length,
    get size() {
      return given.size;
    },
    forget() {
      given.clear();
      save();
    },
  };
}

function readVerdicts(text) {
  try {
    const entries = JSON.parse(text ?? "[]");
    return new Map(entries.filter(([cell, verdict]) => typeof cell === "string" && Object.hasOwn(VERDICTS, verdict)));
  } catch {
    return new Map(); // Somebody else wrote under this name: begin anew.
  }
}

/** Buttons for the verdict on a cell, and one function that shows which is given. */
function makeVerdictButtons(give) {
  const buttons = Object.entries(VERDICTS).map(([verdict, word]) =>
    makeToggle(verdict, { class: `verdict ${verdict}`, click: () => give(verdict) }, word));
  return {
    element: make("div", { class: "segments", role: "group", "aria-label": "Verdict" }, ...buttons),
    show: (verdict) => buttons.forEach((button) => press(button, button.name === verdict)),
  };
}

/** The dialog that exports the cells of one verdict, in the order of the recipe. */
function makeExport(report, verdicts, changed) {
  const list = make("textarea", { readonly: true, rows: "8", "aria-label": "Cells, one a line" });
  const command = make("code", {});
  const redraw = make("code", {});
  const again = make("p", { class: "muted" }, "It asks for a further result of each: ", redraw);
  const said = make("output", { class: "muted" });
  const save = make("a", { class: "button" }, "Save the list");
  const choices = make("div", { class: "segments", role: "group", "aria-label": "Which verdict" });
  const forget = make("button", { type: "button", class: "quiet" }, "Forget all verdicts");
  let chosen = "redo";

  function draw() {
    const cells = report.cells.filter(({ id }) => verdicts.of(id) === chosen);
    const text = cells.map(({ id }) => `${id}\n`).join("");
    const name = report.run.verdict_file.replace("{verdict}", chosen);
    choices.replaceChildren(...Object.entries(VERDICTS).map(([verdict, word]) => make("button",
      { type: "button", "aria-pressed": String(verdict === chosen), click: () => choose(verdict) },
      `${word} `, make("small", {}, String(verdicts.count(verdict))))));
    list.value = text;
    list.hidden = cells.length === 0;
    said.textContent = cells.length === 0 ? `No cell has the verdict ${chosen}.` : "";
    const recipe = quoteForShell(report.run.recipe);
    command.textContent = `runner plan ${recipe} --select ${quoteForShell(`@${name}`)}`;
    redraw.textContent = `runner run ${recipe} --redraw ${quoteForShell(`@${name}`)}`;
    again.hidden = chosen !== "redo";
    URL.revokeObjectURL(save.href);
    save.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    save.download = name;
    save.hidden = cells.length === 0;
    forget.disabled = verdicts.size === 0;
    forget.textContent = "Forget all verdicts";
  }

  function choose(verdict) {
    chosen = verdict;
    draw();
    choices.querySelector("[aria-pressed='true']").focus();
  }

  forget.addEventListener("click", () => {
    if (!forget.textContent.endsWith("?")) {
      forget.textContent = `Really forget ${verdicts.size}?`;
      return;
    }
    verdicts.forget();
    draw();
    changed();
  });
  const dialog = makeDialog("Verdicts", choices, list, said,
    make("p", { class: "row" }, save, forget), make("p", { class: "muted" }, "The saved list selects its cells: ", command), again);
  return () => {
    chosen = Object.keys(VERDICTS).find((verdict) => verdicts.count(verdict) > 0 && verdict !== "keep") ?? "keep";
    draw();
    dialog.showModal();
  };
}

function quoteForShell(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A small dialog with a title and a button to close it, in the page. */
function makeDialog(title, ...children) {
  const id = `dialog-${title.toLowerCase().replaceAll(" ", "-")}`;
  const dialog = make("dialog", { class: "small", "aria-labelledby": id });
  dialog.append(make("header", {}, make("h2", { id }, title),
    make("button", { type: "button", class: "icon", "aria-label": "Close", click: () => dialog.close() }, "×")), ...children);
  document.body.append(dialog);
  return dialog;
}
