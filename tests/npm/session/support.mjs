import { createSession } from "portcullis/session";
import { settle, useMachine } from "./machine.mjs";
import { PASSWORD, URL_OF_SERVICE, startService } from "./service.mjs";

/** A storage like a page's, which tabs can share; `text` is its content. */
export function createStorage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    items,
    get text() {
      return [...items.values()][0];
    },
    set text(value) {
      items.set([...items.keys()][0], value);
    },
  };
}

/** The same storage with asynchronous methods. */
export function createSlowStorage() {
  const storage = createStorage();
  const later =
    (name) =>
    async (...args) => {
      await new Promise(setImmediate);
      return storage[name](...args);
    };
  return {
    ...{ getItem: later("getItem"), setItem: later("setItem"), removeItem: later("removeItem") },
    items: storage.items,
  };
}

/** A machine, a service, and `open(options)` for sessions with that service, whose `told` lists their events. */
export function world(t, { machine = {}, service: settings } = {}) {
  const opened = [];
  t.after(() => opened.forEach((session) => session.close()));
  const here = useMachine(t, machine);
  const service = startService(here, settings);
  const open = (options) => {
    const session = createSession({ url: URL_OF_SERVICE, fetch: service.fetch, ...options });
    const told = [];
    for (const type of ["expiring", "expired", "refreshed", "userchanged", "ended"]) {
      session.on(type, ({ reason }) => told.push(reason ? `${type}: ${reason}` : type));
    }
    opened.push(session);
    return Object.create(session, { told: { value: told } });
  };
  const loggedIn = async (options) => {
    const session = open(options);
    await session.login("alice", PASSWORD);
    await settle();
    session.told.length = 0;
    service.asked.length = 0;
    service.requests.length = 0;
    return session;
  };
  return { machine: here, service, open, loggedIn };
}

/** The number of requests to this path. */
export const times = (service, path) => service.asked.filter((asked) => asked === path).length;
