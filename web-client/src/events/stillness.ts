// Whether the page is still: not touched, not being scrolled. Changes to a list wait until it is.

/** How long after the last touch or scroll the page counts as still. */
const STILL_AFTER_MS = 800;

/** Calls `changed` when the page stops or starts being still, until `signal` aborts. */
export function watchStillness(signal: AbortSignal, changed: (isStill: boolean) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The fingers, pens and buttons that are down. */
  const down = new Set<number>();
  let isStill = true;
  const tell = (now: boolean) => {
    if (isStill !== now) changed((isStill = now));
  };
  const move = () => {
    tell(false);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (down.size === 0) tell(true);
    }, STILL_AFTER_MS);
  };
  const lift = ({ pointerId }: PointerEvent) => {
    down.delete(pointerId);
    move();
  };
  const options = { signal, passive: true, capture: true };
  addEventListener('pointerdown', ({ pointerId }) => {
    down.add(pointerId);
    move();
  }, options);
  addEventListener('pointerup', lift, options);
  // A touch that scrolls is cancelled; the scroll events follow it.
  addEventListener('pointercancel', lift, options);
  addEventListener('scroll', move, options);
  addEventListener('touchmove', move, options);
  addEventListener('blur', () => {
    down.clear();
    move();
  }, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
}
