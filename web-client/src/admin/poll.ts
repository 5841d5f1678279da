/** Reads at once, and again and again while the page is seen. Gives what ends it: for an effect. */
export function pollWhileVisible(read: () => Promise<void>, everyMs: number): () => void {
  const readIfSeen = () => {
    if (!document.hidden) void read();
  };
  readIfSeen();
  const timer = setInterval(readIfSeen, everyMs);
  return () => clearInterval(timer);
}
