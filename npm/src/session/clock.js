// The service's time, on a machine whose own clock may be wrong, may be set, or may stop during sleep.

// In seconds. If `Date` and `performance.now()` differ by more, a clock was set or the machine slept.
const JUMP = 1;

const dateNow = () => Date.now() / 1000;
export const elapsed = () => performance.now() / 1000;

/**
 * How many seconds the service's clock is ahead of this machine's. The service has just answered after `roundTrip`
 * seconds that it issued a token at `issuedAt`, in whole seconds. This leaves a range of possible offsets. Returns 0 if
 * the range contains 0, because then this machine's clock may be right, else the middle of the range.
 */
export function offsetFrom(issuedAt, roundTrip) {
  const least = issuedAt - dateNow();
  const most = least + 1 + roundTrip;
  return least <= 0 && most >= 0 ? 0 : (least + most) / 2;
}

export function createClock() {
  let server = dateNow(),
    date = server,
    steady = elapsed(),
    doubted = false;

  return {
    /**
     * The service's time in seconds since the epoch. Compares `performance.now()`, which stops in some browsers while
     * the machine sleeps, with `Date`, which changes when the clock is set. If `Date` gets ahead, the machine may have
     * slept, or the clock was set; if `Date` falls behind, the clock was set. In both cases only the service knows the
     * time.
     */
    now() {
      const passed = elapsed() - steady;
      const jump = dateNow() - date - passed;
      if (Math.abs(jump) > JUMP) {
        doubted = true;
        date += jump;
        server += Math.max(0, jump);
      }
      return server + passed;
    },

    /**
     * Starts again with the service's time ahead of this machine's by `offset` seconds. The service's time was
     * `least` when the offset was measured. If it is less now, this machine's clock has been set back since.
     */
    set(offset, least) {
      date = dateNow();
      steady = elapsed();
      server = date + offset;
      doubted = server < least - JUMP;
    },

    /** Whether the client should ask the service for the time. */
    get doubted() {
      return doubted;
    },
  };
}
