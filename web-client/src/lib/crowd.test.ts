import { describe, expect, test } from 'vitest';
import {
  KEPT_MESSAGES,
  crowdAfterBoard,
  crowdAfterDeleted,
  crowdAfterJoin,
  crowdAfterMessage,
  crowdAfterPoints,
  crowdAfterPulse,
  crowdAfterResent,
  emptyCrowd,
} from './crowd';
import type { Crowd } from './crowd';
import type { Board, Pulse, RoomMessage } from './wire';

const message = (messageId: string): RoomMessage => ({ messageId, id: 'u', name: 'Ann', text: messageId, at: 1, official: false });
const pulse = (totals: Record<string, number> = {}): Pulse => ({
  eventId: 'final',
  epoch: 'e1',
  seq: 1,
  status: 'live',
  viewers: { total: 1, users: 0, guests: 1 },
  reactions: { window: {}, totals },
  at: 1,
});
const board = (version: number, ...names: string[]): Board => ({
  eventId: 'final',
  version,
  top: names.map((name, index) => ({ rank: index + 1, name, points: 10 - index })),
});
const withMessages = (...ids: string[]) => ids.map(message).reduce(crowdAfterMessage, emptyCrowd);
const ids = (crowd: Crowd) => crowd.messages.map(({ messageId }) => messageId);

describe('messages', () => {
  test('stand in the order they were written in, each once', () => {
    expect(ids(withMessages('b', 'a', 'c', 'b'))).toEqual(['a', 'b', 'c']);
  });

  test('are kept up to a number', () => {
    const many = Array.from({ length: KEPT_MESSAGES + 5 }, (_, index) => String(index).padStart(4, '0'));
    expect([ids(withMessages(...many)).length, ids(withMessages(...many))[0]]).toEqual([KEPT_MESSAGES, '0005']);
  });

  test('vanish when they are deleted', () => {
    expect(ids(crowdAfterDeleted(withMessages('a', 'b'), 'a'))).toEqual(['b']);
  });

  test('stay while a join sends them again, and those deleted meanwhile vanish then', () => {
    let crowd = crowdAfterJoin(withMessages('a', 'b', 'c'));
    for (const id of ['b', 'd']) {
      crowd = crowdAfterMessage(crowd, message(id));
      expect(ids(crowd)).toContain('c');
    }
    crowd = crowdAfterResent(crowd);
    expect(ids(crowd)).toEqual(['b', 'd']);
    expect(crowdAfterResent(crowd)).toBe(crowd);
  });

  test('vanish where a join sent none', () => {
    expect(ids(crowdAfterResent(crowdAfterJoin(withMessages('a'))))).toEqual([]);
  });

  test('that are older than all that a join sends again stay', () => {
    const recent = Array.from({ length: 50 }, (_, index) => `m${String(index).padStart(2, '0')}`);
    const crowd = recent.map(message).reduce(crowdAfterMessage, crowdAfterJoin(withMessages('a', 'm00x')));
    expect(ids(crowdAfterResent(crowd))).toEqual(['a', ...recent]);
  });
});

test('a pulse brings the totals of all reactions', () => {
  expect(crowdAfterPulse(emptyCrowd, pulse({ '🔥': 7 })).totals).toEqual({ '🔥': 7 });
});

test('an older board that comes late changes nothing but the own place', () => {
  const crowd = crowdAfterBoard(emptyCrowd, { ...board(5, 'Ann'), you: { rank: 3, points: 10 } });
  const late = crowdAfterBoard(crowd, { ...board(4, 'Bo'), you: { rank: 2, points: 20 } });
  expect([late.board?.top[0]?.name, late.you]).toEqual(['Ann', { rank: 2, points: 20 }]);
  expect(crowdAfterBoard(late, board(6, 'Cy')).board?.top[0]?.name).toBe('Cy');
});

test('a player learns the own place with the points', () => {
  const crowd = crowdAfterPoints(emptyCrowd, { eventId: 'final', points: 5, total: 25, rank: 4, status: 'counted' });
  expect(crowd.you).toEqual({ rank: 4, points: 25 });
});
