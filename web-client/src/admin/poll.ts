/** Calls `read` now, and then every `everyMs` while the page is visible. Returns a function that stops it. */
export function pollWhileVisible(read: () => Promise<void>, everyMs: number): () => void {
  const readIfVisible = () => {
    if (!document.hidden) void read();
  };
  readIfVisible();
  const timer = setInterval(readIfVisible, everyMs);
  return () => clearInterval(timer);
}
