"use strict";
// What the browser remembers; a page from disk may be denied storage: it then remembers as long as it is open.

const REMEMBERED = new Map();

function remembered(key) {
  try {
    return localStorage.getItem(key) ?? REMEMBERED.get(key) ?? null;
  } catch {
    return REMEMBERED.get(key) ?? null;
  }
}

function remember(key, value) {
  REMEMBERED.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    return; // Denied or full: the map above serves.
  }
}
