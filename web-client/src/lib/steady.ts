// A clock for waits: it goes on while the device sleeps, and never back, whatever is done to the device's clock.

/** Makes such a clock of the two that a browser has: one may be set, the other may stand still during sleep. */
export function steadyClock(timeOfDay: () => number, measured: () => number): () => number {
  let last = { timeOfDay: timeOfDay(), measured: measured() };
  let passed = 0;
  return () => {
    const now = { timeOfDay: timeOfDay(), measured: measured() };
    passed += Math.max(now.timeOfDay - last.timeOfDay, now.measured - last.measured, 0);
    last = now;
    return passed;
  };
}

/** Milliseconds since the page was loaded. */
export const steadyNow = steadyClock(Date.now, () => performance.now());
