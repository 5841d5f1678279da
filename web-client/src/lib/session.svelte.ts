// Who is signed in on this device: kept over reloads, shared by the tabs of a browser, and ended by a
// login on another device.
import { ApiError, call } from './http';
import { newId } from './id';
import type { User } from './wire';

/** A login elsewhere that ended the session here; what is not known of it is null. */
export interface Replaced {
  at: number | null;
  /** What the other device is called. */
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
  /** Set while the person has not been told, or not come back. */
  replaced = $state.raw<Replaced | null>(null);

  /** This browser, to the server: made once, so that a login on it replaces nobody else's. */
  readonly device: { id: string; name: string };
  /** What a guest of this browser is counted as, in however many tabs. Others see it, unlike the device's id. */
  readonly guest: string;

  readonly #kept: Kept | null;

  constructor(kept: Kept | null, userAgent = '') {
    this.#kept = kept;
    this.device = { id: this.#once(DEVICE_KEY), name: deviceName(userAgent) };
    this.guest = this.#once(GUEST_KEY);
    this.#load();
  }

  /** Signs in: `token` and `user` are those of the answer to `verify`. */
  start(token: string, user: User): void {
    this.token = token;
    this.user = user;
    this.replaced = null;
    this.#write(SESSION_KEY, JSON.stringify({ token, user }));
  }

  /** Signs out, here at once and at the server if it can be reached. */
  async signOut(): Promise<void> {
    const { token } = this;
    this.end();
    this.replaced = null;
    if (token === null) return;
    try {
      await call('/api/auth/logout', { method: 'POST', token });
    } catch {
      // The token is forgotten here in any case, and runs out by itself.
    }
  }

  /** The server took `token` no more. What a later login here has brought is left alone. */
  end(token = this.token, replaced: Replaced | null = null): void {
    if (token === null || token !== this.token) return;
    this.token = null;
    this.user = null;
    this.replaced = replaced;
    this.#write(SESSION_KEY, replaced === null ? null : JSON.stringify({ replaced }));
  }

  /** What a call that was refused says about the session. */
  learnFrom(error: unknown, token: string | null): void {
    if (!(error instanceof ApiError)) return;
    if (error.code === 'unauthenticated') this.end(token);
    if (error.code === 'session_replaced') this.end(token, { at: null, device: null });
  }

  /** Asks the server who this is: roles change, and sessions end, while a page is closed. */
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

  /** The word that another device took over was read. */
  dismissReplaced(): void {
    this.replaced = null;
    if (this.token === null) this.#write(SESSION_KEY, null);
  }

  /** Another tab signed in or out. */
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

  // A browser may refuse to keep anything: the session then lasts as long as the page.
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

/** What a person knows the device by, such as `Firefox on Android`. */
export function deviceName(userAgent: string): string {
  const find = (names: [RegExp, string][], other: string) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? other;
  // The order matters: browsers name those that they descend from, too.
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
