// Links to a section of this page: #login, #inspect, #verify. The page puts nothing else into its address.

/** Opens the section that the address or a link names; `parts` has a function for each section. */
export function openParts(parts) {
  const open = (hash) => {
    const name = hash.slice(1);
    if (Object.hasOwn(parts, name)) parts[name]();
  };
  // Wait until the browser has scrolled to the section, because scrolling removes the focus.
  const soon = (hash) => requestAnimationFrame(() => open(hash));
  addEventListener("hashchange", () => open(location.hash));
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.("a[href^='#']");
    // A link to the current address fires no hashchange event.
    if (link && link.hash === location.hash) soon(link.hash);
  });
  if (document.readyState === "complete") soon(location.hash);
  else addEventListener("load", () => soon(location.hash), { once: true });
}
