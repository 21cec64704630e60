// Links to a part of this page: #login, #inspect, #verify. Nothing else ever stands in the address.

/** Opens the part that the address or a link names; `parts` has a function for each. */
export function openParts(parts) {
  const open = (hash) => {
    const name = hash.slice(1);
    if (Object.hasOwn(parts, name)) parts[name]();
  };
  // Not before the browser has scrolled there itself, at which it takes the focus away.
  const soon = (hash) => requestAnimationFrame(() => open(hash));
  addEventListener("hashchange", () => open(location.hash));
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.("a[href^='#']");
    // The same address again is no change of it.
    if (link && link.hash === location.hash) soon(link.hash);
  });
  if (document.readyState === "complete") soon(location.hash);
  else addEventListener("load", () => soon(location.hash), { once: true });
}
