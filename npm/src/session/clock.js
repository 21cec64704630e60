// The service's time, on a machine whose own clock may be wrong, be set, or have slept.

// In seconds. Two clocks that part by more than this were set, or one of them slept.
const JUMP = 1;

const dateNow = () => Date.now() / 1000;
export const elapsed = () => performance.now() / 1000;

/**
 * How far the service's clock is ahead of this machine's, when it has just answered that a token was
 * issued at `issuedAt`, in whole seconds, and that took `roundTrip`. There is a span that all fits;
 * if this machine's clock may be right, it is.
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
     * `performance.now()` goes on when the clock is set, but stops in some browsers while the machine
     * sleeps. `Date` does not. If it gets ahead, time may have passed; if it falls behind, it was set.
     * Either way only the service knows.
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
     * Begins anew, with the service's time ahead of this machine's by `offset`. It was `least` when
     * that was found out: if it is less now, this machine's clock has been set back since.
     */
    set(offset, least) {
      date = dateNow();
      steady = elapsed();
      server = date + offset;
      doubted = server < least - JUMP;
    },

    /** Whether the time should be asked for. */
    get doubted() {
      return doubted;
    },
  };
}
