"use strict";
// The parts of the page as tabs: cells, money, time, recipe. Without script they stand one below the other.

/** Make tabs of the panels (name, words, element); `choose` is called with the name of the one that somebody chose. */
function makeTabs(panels, choose) {
  const tabs = panels.map(({ name, words, element }) => {
    element.setAttribute("role", "tabpanel");
    element.setAttribute("aria-labelledby", `tab-${name}`);
    return make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": element.id, click: () => choose(name) }, words);
  });
  const list = make("div", { class: "tabs", role: "tablist", "aria-label": "Parts of the report" }, ...tabs);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(document.activeElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const to = (at + step + tabs.length) % tabs.length;
    tabs[to].focus();
    choose(panels[to].name);
  });
  return {
    element: list,
    names: panels.map(({ name }) => name),
    /** The panel that an element stands in; empty where it stands in none. */
    holding: (element) => panels.find((panel) => panel.element.contains(element))?.name ?? "",
    show(name) {
      for (const [index, { element, name: own }] of panels.entries()) {
        element.hidden = own !== name;
        tabs[index].setAttribute("aria-selected", String(own === name));
        tabs[index].tabIndex = own === name ? 0 : -1;
      }
    },
  };
}
