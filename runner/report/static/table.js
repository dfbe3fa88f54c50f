"use strict";
// The page's data: tables by columns, in which what all rows have stands once, and what many have in a list of its own.

/** Open a table; a row reads its columns when it is asked for them, `derived` says what of it is more than its column. */
function openTable({ count, columns }, derived = {}) {
  const readers = new Map();
  for (const [name, column] of Object.entries(columns)) readers.set(name, readColumn(column, readers));
  function Row(place) {
    this.place = place;
  }
  for (const [name, read] of readers) {
    const derive = derived[name];
    const get = derive === undefined ? function get() { return read(this.place); }
      : function get() { return derive(read(this.place), this); };
    Object.defineProperty(Row.prototype, name, { get });
  }
  const rows = Array.from({ length: count }, (_, place) => new Row(place));
  return { rows, row: (place) => rows[place], rowsAt: (places) => places.map((place) => rows[place]) };
}

function readColumn({ all, each, of, at, like }, readers) {
  if (each !== undefined) return (place) => each[place];
  if (at !== undefined) return (place) => of[at[place]];
  if (like !== undefined) return readers.get(like);
  return () => all;
}

/** Open the report: its cells as a list, its actions and pictures as tables; rows name those of other tables by place. */
function openReport({ run, steps, heat, ...tables }) {
  const [facts, checks, changes, files] = ["facts", "checks", "changes", "files"].map((name) => openTable(tables[name]));
  const change = (place) => (place === null ? null : changes.row(place));
  const url = (form, { id }) => form?.replace("*", id) ?? null;
  const { rows: cells } = openTable(tables.cells, {
    matrix: facts.rowsAt, omitted: facts.rowsAt, checks: checks.rowsAt, files: files.rowsAt, change,
  });
  const actions = openTable(tables.actions, { params: facts.rowsAt, details: facts.rowsAt, phases: facts.rowsAt, change });
  return { run, steps, heat, cells, actions, pictures: openTable(tables.pictures, { small: url, large: url }) };
}
