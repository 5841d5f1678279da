import { afterEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from './http';
import { Session, deviceName } from './session.svelte';
import type { User } from './wire';

const ann: User = { id: 'u1', email: 'ann@example.org', name: 'Ann', roles: ['scorer'] };

/** A browser's storage; `broken` throws, as if the browser blocked it. */
function storage(broken = false) {
  const values = new Map<string, string>();
  const or = <T>(act: () => T): T => {
    if (broken) throw new Error('not allowed');
    return act();
  };
  return {
    getItem: (key: string) => or(() => values.get(key) ?? null),
    setItem: (key: string, value: string) => or(() => void values.set(key, value)),
    removeItem: (key: string) => or(() => void values.delete(key)),
  };
}

const answers = (status: number, body: unknown) =>
  vi.stubGlobal('fetch', async () => Response.json(body, { status }));
const whoIs = (session: Session) => [session.token, session.user?.name ?? null, session.replaced];

afterEach(() => vi.unstubAllGlobals());

describe('a session', () => {
  test('is there again after a reload, on the same device', () => {
    const kept = storage();
    const before = new Session(kept);
    before.start('t1', ann);
    const after = new Session(kept);
    expect(whoIs(after)).toEqual(['t1', 'Ann', null]);
    expect([after.device, after.guest]).toEqual([before.device, before.guest]);
    expect(after.guest).not.toBe(after.device.id);
  });

  test('may score as a scorer or an administrator', () => {
    const session = new Session(storage());
    const asks = (roles: User['roles']) => {
      session.start('t1', { ...ann, roles });
      return session.mayScore;
    };
    expect(session.mayScore).toBe(false);
    expect([asks(['scorer']), asks(['reviewer', 'admin']), asks(['reviewer'])]).toEqual([true, true, false]);
  });

  test('lasts as long as the page where nothing can be kept', () => {
    const session = new Session(storage(true));
    session.start('t1', ann);
    expect(whoIs(session)).toEqual(['t1', 'Ann', null]);
  });

  test.each([['{'], ['null'], ['7'], ['{"token":7}'], ['{"token":"t","user":null}']])('is none where %s was kept', (text) => {
    const kept = storage();
    kept.setItem('touchline.session', text);
    expect(whoIs(new Session(kept))).toEqual([null, null, null]);
  });

  test('that another device took over is told of, over a reload, until that was read', () => {
    const kept = storage();
    const session = new Session(kept);
    session.start('t1', ann);
    session.end('t1', { at: 5, device: 'Firefox on Android' });
    const told = [null, null, { at: 5, device: 'Firefox on Android' }];
    expect([whoIs(session), whoIs(new Session(kept))]).toEqual([told, told]);
    session.dismissReplaced();
    expect([session.replaced, new Session(kept).replaced]).toEqual([null, null]);
  });

  test('outlives the end of the one before it', () => {
    const session = new Session(storage());
    session.start('t1', ann);
    session.start('t2', ann);
    session.end('t1', { at: 5, device: null });
    expect(whoIs(session)).toEqual(['t2', 'Ann', null]);
  });

  test('follows what another tab does', () => {
    const kept = storage();
    const [one, other] = [new Session(kept), new Session(kept)];
    one.start('t1', ann);
    other.follow('touchline.session');
    expect(whoIs(other)).toEqual(['t1', 'Ann', null]);
    one.end();
    other.follow(null);
    expect(whoIs(other)).toEqual([null, null, null]);
  });

  test.each<[number, string, unknown]>([
    [401, 'unauthenticated', null],
    [401, 'session_replaced', { at: null, device: null }],
  ])('ends by an answer %s %s', async (status, code, replaced) => {
    const session = new Session(storage());
    session.start('t1', ann);
    answers(status, { ok: false, error: { code, message: '' } });
    await session.refresh();
    expect(whoIs(session)).toEqual([null, null, replaced]);
  });

  test('stays where the server is away', async () => {
    const session = new Session(storage());
    session.start('t1', ann);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await session.refresh();
    expect(session.token).toBe('t1');
    answers(503, { ok: false, error: { code: 'unavailable', message: '' } });
    await session.refresh();
    expect(session.token).toBe('t1');
  });

  test('learns a new role', async () => {
    const session = new Session(storage());
    session.start('t1', ann);
    answers(200, { ok: true, user: { ...ann, roles: ['reviewer'] } });
    await session.refresh();
    expect(session.user?.roles).toEqual(['reviewer']);
  });

  test('is forgotten on signing out, though the server is away', async () => {
    const kept = storage();
    const session = new Session(kept);
    session.start('t1', ann);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await session.signOut();
    expect([whoIs(session), whoIs(new Session(kept))]).toEqual([[null, null, null], [null, null, null]]);
  });
});

test('a refusal has the code and the wait of the contract', () => {
  const error = new ApiError({ code: 'rate_limited', message: 'wait', retryAfterMs: 250 });
  expect([error.code, error.message, error.retryAfterMs]).toEqual(['rate_limited', 'wait', 250]);
});

test.each([
  ['Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox on Linux'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', 'Safari on iPhone'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0', 'Edge on Windows'],
  ['', 'a browser'],
])('%j is called %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});
