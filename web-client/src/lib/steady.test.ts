import { expect, test } from 'vitest';
import { steadyClock } from './steady';

test.each([
  ['nothing is done to the clock', [[5, 5]], 5],
  ['the clock is set back', [[-3_600_000, 5]], 5],
  ['the clock is set back and forth', [[-3_600_000, 5], [5, 5], [3_600_000, 5]], 3_600_010],
  ['the device sleeps', [[60_000, 0]], 60_000],
  ['a wait is looked at often', [[5, 5], [5, 5], [5, 5]], 15],
])('%s', (_, steps, passed) => {
  let [timeOfDay, measured] = [1_000_000, 100];
  const now = steadyClock(
    () => timeOfDay,
    () => measured,
  );
  let seen = now();
  expect(seen).toBe(0);
  for (const [set = 0, gone = 0] of steps) {
    timeOfDay += set;
    measured += gone;
    expect(now()).toBeGreaterThanOrEqual(seen);
    seen = now();
  }
  expect(seen).toBe(passed);
});
