// The few things every part of the page does to the document. Text only ever enters it
// as text: a token's claims are written by whoever made the token.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text nodes. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Text of unknown origin: isolated, so that its writing direction cannot reorder what stands around it. */
export const foreign = (...text) => make("bdi", {}, ...text);

/** As `foreign`, with places to break a line where a name or an address has its joints. */
export const jointed = (text) =>
  foreign(
    ...text.split(/(?<=[/_.:?&=])(?=[^/_.:?&=])/).flatMap((piece, i) => (i === 0 ? [piece] : [make("wbr"), piece])),
  );

/** Fills a message line, or hides it when there is nothing to say. */
export function say(line, text, kind = "error") {
  line.textContent = text ?? "";
  line.dataset.kind = kind;
  line.hidden = !text;
}

/** Marks a button as busy, with what it does; or, with nothing, as ready again. */
export function setBusy(button, text) {
  button.dataset.label ??= button.textContent;
  button.textContent = text ?? button.dataset.label;
  button.toggleAttribute("data-busy", text !== undefined);
  // aria-disabled, not disabled: a disabled button would lose the focus of whoever pressed it.
  button.setAttribute("aria-disabled", String(text !== undefined));
}

/** Tells screen readers, once, what sighted people see change by itself. */
export function announce(text) {
  const announcer = byId("announcer");
  // An equal text would be no change, and so not be read out.
  announcer.textContent = announcer.textContent === text ? `${text}\u00a0` : text;
}
