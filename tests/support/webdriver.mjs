// A client of W3C WebDriver and of its BiDi channel, which reports events of Firefox. It is written by hand, because the
// protocol is one request per command, and selenium-webdriver needs a newer Node than this package does.
import WebSocket from "ws";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf"; // The key of a reference: WebDriver, "Elements".

/** An error of the driver; `code` is one of WebDriver's error codes. */
export class WebDriverError extends Error {
  constructor({ error, message }) {
    super(`${error}: ${message}`);
    this.code = error;
  }
}

async function ask(url, method, path, body) {
  const response = await fetch(url + path, {
    method,
    // Do not keep connections alive, because a request could reuse a connection that the driver has just closed.
    headers: { "content-type": "application/json", connection: "close" },
    ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
  });
  const { value } = await response.json();
  if (!response.ok) throw new WebDriverError(value);
  return value;
}

/** The BiDi channel: `send()` resolves with the result of a command, `on()` subscribes to events. */
async function openBidi(url) {
  const socket = new WebSocket(url, { maxPayload: 1 << 28 });
  const waiting = new Map();
  const listeners = new Set();
  let count = 0;
  const fail = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    if (message.type === "event") return listeners.forEach((listener) => listener(message));
    const { resolve, reject } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    return message.type === "error" ? reject?.(new WebDriverError(message)) : resolve?.(message.result);
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the browser has closed its channel")));
  return {
    on: (listener) => listeners.add(listener),
    close: () => socket.terminate(),
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        waiting.set(++count, { resolve, reject });
        socket.send(JSON.stringify({ id: count, method, params }));
      }),
  };
}

/** A session with the driver at `url`. `bidi` exists if the capabilities ask for `webSocketUrl`. Commands for a window run one after the other. */
export class Session {
  #url;
  #last = Promise.resolve();
  #window;

  static async open(url, capabilities) {
    const session = new Session();
    const { sessionId, capabilities: given } = await ask(url, "POST", "/session", {
      capabilities: { alwaysMatch: capabilities },
    });
    session.#url = `${url}/session/${sessionId}`;
    if (given.webSocketUrl) session.bidi = await openBidi(given.webSocketUrl);
    return session;
  }

  /** Runs a command of the session, or of the window `window`. */
  command(method, path, body, window) {
    const send = async () => {
      if (window !== undefined && window !== this.#window) {
        await ask(this.#url, "POST", "/window", { handle: window });
        this.#window = window;
      }
      return ask(this.#url, method, path, body);
    };
    const result = this.#last.then(send);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Closes a window while no other command has selected the window. */
  async closeWindow(window) {
    await this.command("DELETE", "/window", undefined, window);
    this.#window = undefined;
  }

  async end() {
    this.bidi?.close();
    await this.command("DELETE", "");
  }
}

export const referenceOf = (value) => value?.[ELEMENT];
export const reference = (id) => ({ [ELEMENT]: id });
