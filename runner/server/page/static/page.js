"use strict";
// Shows the page anew every few seconds while somebody looks at it; without script it shows what was when it was opened.
const PAUSE_MS = 3000;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch("/", { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const overview = fresh.getElementById("overview");
  for (const picture of overview.querySelectorAll("img")) {
    const shown = document.querySelector(`img[src="${picture.getAttribute("src")}"]`);
    if (shown) picture.replaceWith(shown); // the same element: it does not flicker
  }
  document.getElementById("overview").replaceWith(document.adoptNode(overview));
  document.title = fresh.title;
}

async function keepFresh() {
  try {
    await refresh();
  } catch {
    // The server is away for a moment; the next attempt tells.
  }
  setTimeout(keepFresh, PAUSE_MS);
}

setTimeout(keepFresh, PAUSE_MS);
document.addEventListener("visibilitychange", () => refresh().catch(() => undefined));
