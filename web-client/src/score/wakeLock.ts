// Keeps the screen on. The browser lets go when the page hides, so the lock is taken again when it is visible.

/** Keeps the screen on until the returned function is called. Does nothing in browsers without the Screen Wake Lock API. */
export function keepAwake(): () => void {
  const locks = navigator.wakeLock as WakeLock | undefined;
  const end = new AbortController();
  let lock: WakeLockSentinel | null = null;
  let isAsking = false;

  const take = async () => {
    if (locks === undefined || isAsking || document.hidden || (lock !== null && !lock.released)) return;
    isAsking = true;
    try {
      lock = await locks.request('screen');
    } catch {
      // Refused: the battery is low, or the page has hidden meanwhile. It is asked for again when the page is visible.
    }
    isAsking = false;
    if (end.signal.aborted) letGo();
  };
  const letGo = () => {
    lock?.release().catch(() => undefined);
    lock = null;
  };

  document.addEventListener('visibilitychange', take, { signal: end.signal });
  take();
  return () => {
    end.abort();
    letGo();
  };
}
