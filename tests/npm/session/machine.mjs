// A machine whose time is the test's: what is global in a runtime, put in place of what is real.

const GLOBALS = [
  "setTimeout",
  "clearTimeout",
  "navigator",
  "addEventListener",
  "removeEventListener",
  "BroadcastChannel",
];

/** Lets everything happen that waits for no timer. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

/**
 * Until the test is over, this process is on a machine whose clock is `ahead` seconds wrong.
 * `browser`: it says when it is online, shown or focused (`dispatch(type)`), as a page is told.
 */
export function useMachine(t, { ahead = 0, browser = false } = {}) {
  const EPOCH = 1_795_000_000;
  const target = new EventTarget();
  const channels = new Set();
  // In milliseconds: what has passed in the world; of it awake; and what its clock is wrong by.
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
  // As real ones, but for their threads: what is said arrives later, and with all but who said it.
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
    /** What time it really is, in seconds. */
    now: () => EPOCH + world / 1000,
    /** Time passes, and timers go off. */
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
    /** Time passes, and the machine notices nothing but its clock. */
    sleep(seconds) {
      world += seconds * 1000;
    },
    /** Somebody sets the clock. */
    setClock(seconds) {
      wrong += seconds * 1000;
    },
    dispatch: (type, facts = {}) => target.dispatchEvent(Object.assign(new Event(type), facts)),
    timers: () => timers,
    channels: () => channels.size,
    put,
  };
}
