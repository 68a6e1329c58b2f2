/* Runs before the first paint, so that nothing moves: the density that this person chose. */
try {
  const chosen = localStorage.getItem("reelgate.density");
  if (chosen) document.documentElement.dataset.density = chosen;
} catch {
  // Without storage the standard density stays.
}
