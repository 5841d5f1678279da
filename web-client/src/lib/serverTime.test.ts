import { expect, test } from 'vitest';
import { learnFromDate, learnServerTime, serverNow } from './serverTime';
import { steadyNow } from './steady';

const HOUR = 3_600_000;
const isAbout = (time: number) => expect(Math.abs(serverNow() - time)).toBeLessThan(60_000);

test("the server's time is the device's until the server has answered", () => {
  isAbout(Date.now());
});

test('a clock that is an hour behind is set by the date of an answer, and not by a header that is none', () => {
  learnFromDate(new Date(Date.now() + HOUR).toUTCString());
  isAbout(Date.now() + HOUR);
  for (const header of [null, '', 'yesterday']) learnFromDate(header);
  isAbout(Date.now() + HOUR);
});

test('an answer to a ping is exact, and a date within two seconds of it changes nothing', () => {
  learnServerTime(Date.now() + 2 * HOUR, steadyNow());
  const before = serverNow() - steadyNow();
  learnFromDate(new Date(serverNow()).toUTCString());
  expect(serverNow() - steadyNow()).toBeCloseTo(before, 0);
});
