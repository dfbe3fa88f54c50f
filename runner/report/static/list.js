"use strict";
// The contact sheet of cells: only the cards near the screen exist, so that ten thousand are as quick as ten.

const CARDS_AT_MOST = 100;

/** Keep a list element filled with the cards of the items that are near the screen; `heightOf` a width, both in px. */
function windowedList(list, makeCard, heightOf) {
  let shown = [];
  let columns = 1;
  let width = 0;
  let [cardHeight, gap] = [1, 0];
  const cards = new Map();

  function measure() {
    const style = getComputedStyle(list);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const length = (name) => parseFloat(style.getPropertyValue(name)) * rem;
    gap = length("--card-gap");
    columns = Math.max(1, Math.floor((list.clientWidth + gap) / (length("--card-width") + gap)));
    width = (list.clientWidth - gap * (columns - 1)) / columns;
    cardHeight = heightOf(width);
    list.style.setProperty("--card-height", `${cardHeight}px`);
    const rows = Math.ceil(shown.length / columns);
    list.style.setProperty("height", `${Math.max(0, rows * (cardHeight + gap) - gap)}px`);
  }

  /** The first card near the screen and the one after the last; a screenful also where the list is off the screen. */
  function near() {
    const row = cardHeight + gap;
    const furthest = Math.max(0, list.offsetHeight - innerHeight);
    const above = Math.min(furthest, Math.max(0, -list.getBoundingClientRect().top));
    const first = Math.max(0, Math.floor(above / row) - 1) * columns;
    const last = (Math.ceil((above + innerHeight) / row) + 1) * columns;
    return [first, Math.min(shown.length, last, first + CARDS_AT_MOST)];
  }

  function place(index, card) {
    card.style.setProperty("inset-block-start", `${Math.floor(index / columns) * (cardHeight + gap)}px`);
    card.style.setProperty("inset-inline-start", `${(index % columns) * (width + gap)}px`);
    card.style.setProperty("inline-size", `${width}px`);
  }

  function makeListed(index) {
    const card = makeCard(shown[index]);
    card.dataset.index = String(index);
    card.setAttribute("aria-setsize", String(shown.length));
    card.setAttribute("aria-posinset", String(index + 1));
    return card;
  }

  function draw([first, last] = near()) {
    for (const [index, card] of cards) {
      if ((index < first || index >= last) && !card.contains(document.activeElement)) {
        card.remove();
        cards.delete(index);
      }
    }
    let following = [...list.children].find((other) => Number(other.dataset.index) >= last) ?? null;
    for (let index = last - 1; index >= first; index -= 1) {
      if (!cards.has(index)) {
        const card = makeListed(index);
        list.insertBefore(card, following);
        place(index, card);
        cards.set(index, card);
      }
      following = cards.get(index);
    }
  }

  function redraw() {
    measure();
    for (const [index, card] of cards) place(index, card);
    draw();
  }

  function bringIntoView(index) {
    const row = Math.floor(index / columns);
    const top = list.getBoundingClientRect().top + row * (cardHeight + gap);
    const above = parseFloat(getComputedStyle(list).scrollMarginTop);
    if (top < above) scrollBy({ top: top - above, behavior: "instant" });
    if (top + cardHeight + gap > innerHeight) scrollBy({ top: top + cardHeight + gap - innerHeight, behavior: "instant" });
    draw();
  }

  function focusCard(index) {
    bringIntoView(index);
    cards.get(index)?.querySelector("a").focus({ preventScroll: true });
  }

  list.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const card = event.target.closest("[data-index]");
    const to = Number(card?.dataset.index) + steps[event.key];
    if (!(to >= 0 && to < shown.length)) return;
    event.preventDefault();
    event.stopPropagation();
    focusCard(to);
  });
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", redraw);
  addEventListener("beforeprint", () => draw([0, shown.length]));
  addEventListener("afterprint", () => draw());

  return {
    show(items) {
      shown = items;
      for (const card of cards.values()) card.remove();
      cards.clear();
      redraw();
    },
    /** Make the cards that are there again, because something that they show has changed. */
    redrawCards() {
      for (const card of cards.values()) card.remove();
      cards.clear();
      draw();
    },
    focusCard,
  };
}
