// A clock for waits. It keeps counting while the device sleeps, and never goes back when the device's clock is set.

/** Combines the two clocks of a browser: one may be set, the other may stop during sleep. */
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

/** Milliseconds since the page loaded. */
export const steadyNow = steadyClock(Date.now, () => performance.now());
