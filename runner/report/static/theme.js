"use strict";
// The theme: the system's, light or dark; remembered by the browser where it may be.

const THEMES = ["system", "light", "dark"];
const THEME_KEY = "edit-runner-theme";

function rememberedTheme() {
  try {
    const theme = localStorage.getItem(THEME_KEY);
    return THEMES.includes(theme) ? theme : "system";
  } catch {
    return "system"; // A page from disk may be denied storage: the choice then lasts as long as the page.
  }
}

function rememberTheme(theme) {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    return; // As above.
  }
}

function startTheme(button) {
  let theme = rememberedTheme();
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    rememberTheme(theme);
    show();
  });
  button.hidden = false;
  show();
}
