// The current time as reactive state.
import { createSubscriber } from 'svelte/reactivity';
import { onServerTime, serverNow } from './serverTime';

/** Ticks each `step` milliseconds of the server's time, at those with the remainder `phase`. */
export interface Beat {
  step: number;
  phase: number;
}

const EACH_SECOND: Beat = { step: 1_000, phase: 0 };

/** What ticks now, by its beat. Clocks that began at different moments turn at different ones. */
const tickers = new Map<string, () => void>();

/** Returns `read()`, and calls it again with every tick, while a component reads it and the page is visible. */
export function ticking<T>(read: () => T, { step, phase }: Beat = EACH_SECOND): T {
  const name = `${step} ${phase}`;
  let ticks = tickers.get(name);
  if (ticks === undefined) {
    ticks = tickerOf({ step, phase }, () => tickers.delete(name));
    tickers.set(name, ticks);
  }
  ticks();
  return read();
}

function tickerOf({ step, phase }: Beat, ended: () => void): () => void {
  return createSubscriber((update) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      const passed = (((serverNow() - phase) % step) + step) % step;
      timer = setTimeout(tick, step - passed);
    };
    const tick = () => {
      update();
      wait();
    };
    const follow = () => {
      clearTimeout(timer);
      if (!document.hidden) tick();
    };
    wait();
    document.addEventListener('visibilitychange', follow);
    const forget = onServerTime(follow);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', follow);
      forget();
      ended();
    };
  });
}
