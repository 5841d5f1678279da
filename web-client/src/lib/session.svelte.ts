// The session of this device. It survives reloads, is shared by the browser's tabs, and ends with a login on another
// device.
import { ApiError, call } from './http';
import { newId } from './id';
import type { User } from './wire';

/** A login on another device that ended this session. Unknown values are null. */
export interface Replaced {
  at: number | null;
  /** The other device's name. */
  device: string | null;
}

const SESSION_KEY = 'touchline.session';
const DEVICE_KEY = 'touchline.device';
const GUEST_KEY = 'touchline.guest';

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Session {
  /** Null for a guest. */
  token = $state<string | null>(null);
  user = $state.raw<User | null>(null);
  /** Whether the account may score. A scorer may be limited to assigned events. */
  readonly mayScore = $derived(this.user?.roles.some((role) => role === 'scorer' || role === 'admin') ?? false);
  /** Set until the person dismisses the notice or signs in again. */
  replaced = $state.raw<Replaced | null>(null);

  /** Identifies this browser to the server. Created once, so that a new login on it replaces only its own session. */
  readonly device: { id: string; name: string };
  /** Identifies a guest, so that several tabs count as one viewer. Unlike the device id, others can see it. */
  readonly guest: string;

  readonly #kept: Kept | null;

  constructor(kept: Kept | null, userAgent = '') {
    this.#kept = kept;
    this.device = { id: this.#once(DEVICE_KEY), name: deviceName(userAgent) };
    this.guest = this.#once(GUEST_KEY);
    this.#load();
  }

  /** Signs in with the `token` and `user` from the answer to `verify`. */
  start(token: string, user: User): void {
    this.token = token;
    this.user = user;
    this.replaced = null;
    this.#write(SESSION_KEY, JSON.stringify({ token, user }));
  }

  /** Signs out: here at once, and on the server if it is reachable. */
  async signOut(): Promise<void> {
    const { token } = this;
    this.end();
    this.replaced = null;
    if (token === null) return;
    try {
      await call('/api/auth/logout', { method: 'POST', token });
    } catch {
      // The token is already removed here, and it expires on its own.
    }
  }

  /** Ends the session of `token`, which the server no longer accepts. Keeps a newer login on this device. */
  end(token = this.token, replaced: Replaced | null = null): void {
    if (token === null || token !== this.token) return;
    this.token = null;
    this.user = null;
    this.replaced = replaced;
    this.#write(SESSION_KEY, replaced === null ? null : JSON.stringify({ replaced }));
  }

  /** Ends the session if a call's error says that it is over. */
  learnFrom(error: unknown, token: string | null): void {
    if (!(error instanceof ApiError)) return;
    if (error.code === 'unauthenticated') this.end(token);
    if (error.code === 'session_replaced') this.end(token, { at: null, device: null });
  }

  /** Reads the user from the server: roles may have changed, or the session ended, while the page was closed. */
  async refresh(): Promise<void> {
    const { token } = this;
    if (token === null) return;
    try {
      const { user } = await call<{ user: User }>('/api/me', { token });
      if (this.token === token) this.start(token, user);
    } catch (error) {
      this.learnFrom(error, token);
    }
  }

  /** Dismisses the notice that another device took over. */
  dismissReplaced(): void {
    this.replaced = null;
    if (this.token === null) this.#write(SESSION_KEY, null);
  }

  /** Follows another tab that signed in or out. */
  follow(key: string | null): void {
    if (key === SESSION_KEY || key === null) this.#load();
  }

  #load(): void {
    const kept = readKept(this.#read(SESSION_KEY));
    this.token = kept.token ?? null;
    this.user = kept.user ?? null;
    this.replaced = kept.replaced ?? null;
  }

  #once(key: string): string {
    const known = this.#read(key);
    if (known) return known;
    const made = newId();
    this.#write(key, made);
    return made;
  }

  // The browser may block storage. The session then lasts as long as the page.
  #read(key: string): string | null {
    try {
      return this.#kept?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  #write(key: string, value: string | null): void {
    try {
      if (value === null) this.#kept?.removeItem(key);
      else this.#kept?.setItem(key, value);
    } catch {
      // See above.
    }
  }
}

function readKept(text: string | null): { token?: string; user?: User; replaced?: Replaced } {
  try {
    const kept = JSON.parse(text ?? '{}');
    if (typeof kept?.token === 'string' && typeof kept.user?.id === 'string') return kept;
    return typeof kept?.replaced === 'object' ? { replaced: kept.replaced } : {};
  } catch {
    return {};
  }
}

/** A name for the device that people recognise, such as `Firefox on Android`. */
export function deviceName(userAgent: string): string {
  const find = (names: [RegExp, string][], other: string) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? other;
  // The order matters: user agents also contain the names of the browsers they derive from.
  const browser = find(
    [
      [/Edg/, 'Edge'],
      [/OPR\//, 'Opera'],
      [/SamsungBrowser/, 'Samsung Internet'],
      [/Firefox|FxiOS/, 'Firefox'],
      [/Chrome|CriOS/, 'Chrome'],
      [/Safari/, 'Safari'],
    ],
    'a browser',
  );
  const system = find(
    [
      [/iPhone/, 'iPhone'],
      [/iPad/, 'iPad'],
      [/Android/, 'Android'],
      [/Windows/, 'Windows'],
      [/Mac OS X/, 'Mac'],
      [/CrOS/, 'ChromeOS'],
      [/Linux/, 'Linux'],
    ],
    '',
  );
  return system === '' ? browser : `${browser} on ${system}`;
}

function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** The session of this page. */
export const session = new Session(browserStorage(), globalThis.navigator?.userAgent);
