"use strict";
// The theme: the system's, light or dark.

const THEMES = ["system", "light", "dark"];
const THEME_KEY = "edit-runner-theme";

function startTheme(button) {
  const kept = remembered(THEME_KEY);
  let theme = THEMES.includes(kept) ? kept : "system";
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember(THEME_KEY, theme);
    show();
  });
  button.hidden = false;
  show();
}
