"use strict";
// The page's data, as tables by columns: what all rows have stands once, what many have in a list of its own.

/** Open a table: the values of its columns, and its rows, each made when it is first asked for; `finish` changes one. */
function openTable({ count, columns }, finish = () => {}) {
  const readers = new Map();
  for (const [name, column] of Object.entries(columns)) readers.set(name, readColumn(column, readers));
  const names = [...readers];
  const rows = new Array(count);
  function make(index) {
    const row = {};
    for (const [name, read] of names) row[name] = read(index);
    finish(row);
    return row;
  }
  return {
    count,
    value: (name, index) => readers.get(name)(index),
    row: (index) => (rows[index] ??= make(index)),
  };
}

function readColumn({ all, each, of, at, like }, readers) {
  if (each !== undefined) return (index) => each[index];
  if (at !== undefined) return (index) => of[at[index]];
  if (like !== undefined) return readers.get(like);
  return () => all;
}

/** Open the report: its cells as a list, its actions and pictures as tables; rows name those of other tables by place. */
function openReport({ run, steps, heat, ...tables }) {
  const [facts, checks, changes, files] = ["facts", "checks", "changes", "files"].map((name) => openTable(tables[name]));
  const rowsOf = (table, places) => places.map((place) => table.row(place));
  const changeOf = (place) => (place === null ? null : changes.row(place));
  const pictures = openTable(tables.pictures, (picture) => {
    for (const size of ["small", "large"]) picture[size] = picture[size]?.replace("*", picture.id) ?? null;
  });
  const actions = openTable(tables.actions, (action) => {
    for (const name of ["params", "details", "phases"]) action[name] = rowsOf(facts, action[name]);
    action.change = changeOf(action.change);
  });
  const cells = openTable(tables.cells, (cell) => {
    for (const name of ["matrix", "omitted"]) cell[name] = rowsOf(facts, cell[name]);
    cell.checks = rowsOf(checks, cell.checks);
    cell.files = rowsOf(files, cell.files);
    cell.change = changeOf(cell.change);
  });
  return { run, steps, heat, pictures, actions, cells: Array.from({ length: cells.count }, (_, index) => cells.row(index)) };
}
