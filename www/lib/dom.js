// The helpers with which every part of the page changes the document. They insert text only as text nodes,
// because a token's claims are hostile input.

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

/** Text of unknown origin, isolated so that its writing direction cannot reorder the text around it. */
export const foreign = (...text) => make("bdi", {}, ...text);

/** Like `foreign`, with possible line breaks after the separators of a name or an address. */
export const jointed = (text) =>
  foreign(
    ...text.split(/(?<=[/_.:?&=])(?=[^/_.:?&=])/).flatMap((piece, i) => (i === 0 ? [piece] : [make("wbr"), piece])),
  );

/** Shows a message, or hides the line when there is no text. */
export function say(line, text, kind = "error") {
  line.textContent = text ?? "";
  line.dataset.kind = kind;
  line.hidden = !text;
}

/** Marks a button as busy and shows `text` on it; without `text`, marks it as ready again. */
export function setBusy(button, text) {
  button.dataset.label ??= button.textContent;
  button.textContent = text ?? button.dataset.label;
  button.toggleAttribute("data-busy", text !== undefined);
  // aria-disabled, not disabled: a disabled button would lose the keyboard focus.
  button.setAttribute("aria-disabled", String(text !== undefined));
}

/** Announces to screen readers, once, a change that the page shows without being asked. */
export function announce(text) {
  const announcer = byId("announcer");
  // Screen readers do not read an equal text again, so make it differ.
  announcer.textContent = announcer.textContent === text ? `${text}\u00a0` : text;
}
