// Whether this browser may have unsent entries, and the news that there are others. Kept apart from the outbox, so that
// pages of people who never score do not load it.

const MARK_KEY = 'touchline.unsent';
const CHANNEL = 'touchline-outbox';

/** Notes that this browser may have unsent entries. */
export function markUnsent(): void {
  mark((storage) => storage.setItem(MARK_KEY, '1'));
}

/** Notes that it has none. */
export function unmarkUnsent(): void {
  mark((storage) => storage.removeItem(MARK_KEY));
}

export function mayHaveUnsent(): boolean {
  let found: string | null = null;
  mark((storage) => (found = storage.getItem(MARK_KEY)));
  return found !== null;
}

// The browser may block storage; the outbox is then blocked too.
function mark(act: (storage: Storage) => void): void {
  try {
    if (globalThis.localStorage) act(localStorage);
  } catch {
    // See above.
  }
}

/** The news within this page, for browsers without channels. There, other pages read the outbox when they are shown again. */
const within = new EventTarget();
let sender: BroadcastChannel | null = null;

/** Tells all pages of this browser, this one included, that an outbox has changed. */
export function tellOfOutbox(): void {
  if (!('BroadcastChannel' in globalThis)) return void within.dispatchEvent(new Event('change'));
  sender ??= new BroadcastChannel(CHANNEL);
  sender.postMessage(null);
}

/** Calls `heard` after each change, until the returned function is called. */
export function hearOfOutbox(heard: () => void): () => void {
  if (!('BroadcastChannel' in globalThis)) {
    within.addEventListener('change', heard);
    return () => within.removeEventListener('change', heard);
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = heard;
  return () => channel.close();
}
