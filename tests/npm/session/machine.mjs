// A machine whose time the test controls: replaces the runtime's global timers, clock and events.

const GLOBALS = [
  "setTimeout",
  "clearTimeout",
  "navigator",
  "addEventListener",
  "removeEventListener",
  "BroadcastChannel",
];

/** Waits until everything has happened that does not wait for a timer. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

/**
 * Until the end of the test, this process runs on a machine whose clock is `ahead` seconds wrong.
 * `browser`: the machine has a page's events for online, visible and focused (`dispatch(type)`).
 */
export function useMachine(t, { ahead = 0, browser = false } = {}) {
  const EPOCH = 1_795_000_000;
  const target = new EventTarget();
  const channels = new Set();
  // In ms: the time that has passed in the world, the time during which the machine was awake, and the error of its clock.
  let world = 250,
    awake = 0,
    wrong = ahead * 1000;
  let timers = [],
    count = 0;

  const kept = GLOBALS.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  const put = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  const real = { now: Date.now, steady: performance.now };
  Date.now = () => Math.floor(EPOCH * 1000 + world + wrong);
  performance.now = () => awake;
  put("setTimeout", (run, delay = 0) => {
    const timer = {
      run,
      delay,
      at: awake + (delay > 2 ** 31 - 1 ? 1 : delay),
      count: (count += 1),
      unrefed: false,
      unref: () => (timer.unrefed = true),
    };
    timers.push(timer);
    return timer;
  });
  put("clearTimeout", (timer) => (timers = timers.filter((other) => other !== timer)));
  // Like real channels, but without threads: a message arrives later, at all channels but its sender.
  put(
    "BroadcastChannel",
    class {
      constructor(name) {
        this.name = name;
        channels.add(this);
      }
      postMessage() {
        if (!channels.has(this)) throw new Error("closed");
        for (const other of channels) {
          if (other !== this && other.name === this.name)
            setImmediate(() => channels.has(other) && other.onmessage?.({ type: "message" }));
        }
      }
      close() {
        channels.delete(this);
      }
    },
  );
  put("navigator", browser ? { onLine: true } : undefined);
  put("addEventListener", browser ? target.addEventListener.bind(target) : undefined);
  put("removeEventListener", browser ? target.removeEventListener.bind(target) : undefined);
  t.after(() => {
    Date.now = real.now;
    performance.now = real.steady;
    for (const [name, descriptor] of kept) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  });

  return {
    /** The real time, in seconds. */
    now: () => EPOCH + world / 1000,
    /** Lets time pass, with timers. */
    async pass(seconds) {
      const end = awake + seconds * 1000;
      await settle();
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.count - b.count);
        if (!next) break;
        timers = timers.filter((other) => other !== next);
        world += Math.max(0, next.at - awake);
        awake = Math.max(awake, next.at);
        next.run();
        await settle();
      }
      world += end - awake;
      awake = end;
    },
    /** Lets time pass while the machine sleeps, so that only its clock advances. */
    sleep(seconds) {
      world += seconds * 1000;
    },
    /** Sets the clock. */
    setClock(seconds) {
      wrong += seconds * 1000;
    },
    dispatch: (type, facts = {}) => target.dispatchEvent(Object.assign(new Event(type), facts)),
    timers: () => timers,
    channels: () => channels.size,
    put,
  };
}
