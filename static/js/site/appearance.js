/* Runs before the first paint, so that nothing moves. The server has said how this person wants the pages to look; here
   is what only this browser knows: grid or list, and choices that have not reached the server. */
document.documentElement.classList.add("scripted");
{
  // Older versions kept the spacing here under the name of density.
  const kept = { view: "view", spacing: "density", theme: "theme" };
  const standard = { view: "grid", spacing: "3", theme: "system" };
  for (const name of /** @type {(keyof typeof kept)[]} */ (Object.keys(kept))) {
    try {
      const chosen = localStorage.getItem(`reelgate.${name}`) ?? localStorage.getItem(`reelgate.${kept[name]}`);
      if (chosen === standard[name]) delete document.documentElement.dataset[name];
      else if (chosen) document.documentElement.dataset[name] = chosen;
    } catch {
      // Without storage the look is the server's.
    }
  }
}
