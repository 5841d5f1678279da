// The current time as reactive state.
import { createSubscriber } from 'svelte/reactivity';

const TICK_MS = 1_000;

/** Ticks once a second while a component reads it and the page is visible. */
const ticks = createSubscriber((update) => {
  let timer: ReturnType<typeof setInterval> | undefined;
  const follow = () => {
    clearInterval(timer);
    if (document.hidden) return;
    update();
    timer = setInterval(update, TICK_MS);
  };
  follow();
  document.addEventListener('visibilitychange', follow);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', follow);
  };
});

/** Returns `read()`, and calls it again with every tick. */
export function ticking<T>(read: () => T): T {
  ticks();
  return read();
}
