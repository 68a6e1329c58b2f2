/* Runs before the first paint, so that nothing moves: how this person wants the pages to look. */
document.documentElement.classList.add("scripted");
for (const name of ["density", "theme", "view"]) {
  try {
    const chosen = localStorage.getItem(`reelgate.${name}`);
    if (chosen) document.documentElement.dataset[name] = chosen;
  } catch {
    // Without storage the standard look stays.
  }
}
