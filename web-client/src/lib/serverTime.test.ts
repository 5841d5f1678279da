import { expect, test } from 'vitest';
import { isTimeExact, learnFromDate, learnServerTime, onServerTime, serverNow } from './serverTime';
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
  // Between two looks at the clock a moment passes.
  expect(Math.abs(serverNow() - steadyNow() - before)).toBeLessThan(500);
});

test('answers on a slow line are put together, and a clock that was set is noticed', () => {
  const ahead = 5 * HOUR;
  const said = (there: number, back: number) => learnServerTime(Math.floor(Date.now() + ahead - back), steadyNow() - there - back);
  const wrongBy = () => Math.abs(serverNow() - (Date.now() + ahead));
  said(100, 900);
  expect([isTimeExact(), Math.round(wrongBy() / 100)]).toEqual([false, 4]);
  said(920, 80);
  expect([isTimeExact(), Math.round(wrongBy() / 50)]).toEqual([true, 0]);
  let told = 0;
  const forget = onServerTime(() => (told += 1));
  said(5, 5);
  learnServerTime(Date.now() + HOUR, steadyNow());
  forget();
  learnServerTime(Date.now() + 3 * HOUR, steadyNow());
  expect(told).toBe(1);
  isAbout(Date.now() + 3 * HOUR);
});

test('the date of a late answer does not move a time that a ping has told', () => {
  learnServerTime(Date.now(), steadyNow());
  learnFromDate(new Date(Date.now() - 10_000).toUTCString());
  expect(Math.abs(serverNow() - Date.now())).toBeLessThan(1_000);
  learnFromDate(new Date(Date.now() + 10_000).toUTCString());
  isAbout(Date.now() + 10_000);
});
