// Matches that the 0.1.0 console began, with the entries that its outbox had: they are shown, undone, corrected and sent.
// tests/cases/desk-0.1.0 was recorded with that console's code.
import { describe, expect, test, vi } from 'vitest';
import { mergePatch } from '../lib/merge';
import type { Draft, Entry, Tap } from '../lib/outbox';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { headlineOf, isTold, lineOf } from '../sports/sports';
import { correctionOf } from './correction';
import { counted } from './counted';
import { contradiction } from './cricket/invariants';
import { expected } from './history';
import { rebase } from './rebase';
import { replay } from './replay';
import { draftOf, NotAllowed } from './rules';
import { figuresOf, Sheet } from './sheet.testing';
import { rulesFor } from './sports';

// Each test replays a match many times.
vi.setConfig({ testTimeout: 120_000 });

interface Recorded {
  sport: string;
  state: JsonObject;
  log: LoggedUpdate[];
  waiting: Entry[];
}

const files = import.meta.glob<Recorded>('../../../tests/cases/desk-0.1.0/*.json', { eager: true, import: 'default' });
const recorded = Object.entries(files).map(([path, match]): [string, Recorded] => [path.replace(/^.*\/|\.json$/g, ''), match]);
const withWaiting = recorded.filter(([, { waiting }]) => waiting.length > 0);

function sheetOf({ sport, log, state }: Recorded): Sheet {
  const sheet = new Sheet(rulesFor({ sport }, state));
  [sheet.log, sheet.state] = [[...log], state];
  return sheet;
}

const other: Record<string, Tap> = {
  cricket: ['swap', {}],
  football: ['yellow', { team: 'home', player: 'Zed', minute: '55' }],
  chess: ['move', { uci: 'a7a6' }],
  pool: ['merge', { note: 'a break' }],
};

describe.each(recorded)('the recorded match %s', (_name, match) => {
  const { sport, log, state } = match;

  test('is what its updates make', () => {
    expect(log.reduce<JsonObject>((merged, { data }) => mergePatch(merged, data), {})).toEqual(state);
  });

  test('is told in words', () => {
    expect(headlineOf(sport, state)).not.toMatch(/[{}[\]]/);
    for (const update of log.filter(isTold)) expect(lineOf(sport, update.data, update.kind).text).not.toMatch(/[{}[\]]|thisOver/);
  });

  test('is undone entry by entry, to nothing', () => {
    const sheet = sheetOf(match);
    let steps = 0;
    while (sheet.undo()) {
      expect(++steps).toBeLessThan(100);
      if (sport === 'cricket') expect(contradiction(sheet.state)).toBeNull();
      if (sheet.rules.keepsTap) expect(figuresOf(sheet.state)).toEqual(figuresOf(replay(sheet.rules, sheet.log)));
    }
    expect(steps).toBeGreaterThan(4);
    expect(figuresOf(sheet.state)).toEqual({});
  });

  test('is corrected at each entry, or the correction is refused by name', () => {
    for (const { update, tap } of counted(log)) {
      const sheet = sheetOf(match);
      const instead: Tap | null = tap?.[0] === 'ball' ? ['ball', { runs: 2 }] : null;
      try {
        sheet.correct(update.seq, instead);
      } catch (error) {
        expect(error).toBeInstanceOf(NotAllowed);
        expect(sheet.state).toBe(state);
        continue;
      }
      if (sport === 'cricket') expect(contradiction(sheet.state)).toBeNull();
      if (sheet.rules.keepsTap) expect(figuresOf(sheet.state)).toEqual(figuresOf(replay(sheet.rules, sheet.log)));
    }
  });

  test('goes on', () => {
    const sheet = sheetOf(match);
    const tap = other[sport];
    if (tap) sheet.play(tap);
    expect(sheet.log).toHaveLength(log.length + 1);
  });
});

describe.each(withWaiting)('the outbox of the recorded match %s', (_name, match) => {
  const { sport, state, log, waiting } = match;
  const rules = rulesFor({ sport }, state);
  const whole = [...log, ...expected(waiting, log.length)];
  const merged = (updates: readonly LoggedUpdate[]) => updates.reduce<JsonObject>((state, { data }) => mergePatch(state, data), {});

  test('is shown and undone before it is sent', () => {
    const sheet = new Sheet(rules);
    [sheet.log, sheet.state] = [whole, merged(whole)];
    expect(sheet.undo()).toBe(true);
    if (sport === 'cricket') expect(contradiction(sheet.state)).toBeNull();
  });

  test('is corrected before it is sent', () => {
    const seq = counted(whole).filter(({ update }) => update.kind === 'update').at(-1)?.update.seq ?? 0;
    expect(seq).toBeGreaterThan(log.length);
    const draft = correctionOf(rules, whole, { seq, instead: null, reason: 'a mistake', answers: new Map() });
    expect(draft.voids).toContain(seq);
  });

  test('is entered again on what another desk scored', () => {
    const sheet = sheetOf(match);
    const tap = other[sport];
    if (tap && sport !== 'chess') sheet.play(tap);
    const history = { epoch: 'e', seq: sheet.log.length, data: sheet.state, log: sheet.log };
    const { drafts, impossible } = rebase(rules, history, waiting);
    expect(impossible).toEqual([]);
    expect(drafts.map(({ tap, voids }) => [tap?.[0] ?? null, voids?.length ?? 0])).toEqual(waiting.map(({ tap, voids }) => [tap?.[0] ?? null, voids?.length ?? 0]));
    drafts.forEach((draft: Draft) => sheet.enter(draft));
    if (sport === 'cricket') expect(contradiction(sheet.state)).toBeNull();
  });
});

test('balls that the 0.1.0 console did not move are moved by the next correction', () => {
  const match = files[Object.keys(files).find((path) => path.endsWith('balls-not-moved.json')) ?? ''];
  if (!match) throw new Error('It is not recorded.');
  expect(contradiction(match.state)).not.toBeNull();
  const sheet = sheetOf(match);
  sheet.undo();
  expect(contradiction(sheet.state)).toBeNull();
  expect([sheet.state['over'], sheet.state['bowler']]).toEqual(['1.1', 'Yan']);
});

test('a run that two taps at once lost is found by the next correction', () => {
  const match = files[Object.keys(files).find((path) => path.endsWith('two-taps-at-once.json')) ?? ''];
  if (!match) throw new Error('It is not recorded.');
  expect(match.state['runs']).toBe(11);
  const sheet = sheetOf(match);
  sheet.correct(6, ['ball', { runs: 3 }]);
  expect(sheet.state['runs']).toBe(13);
  expect(draftOf(sheet.rules, sheet.state, ['ball', {}]).data['commentary']).toMatch(/^0\.6 /);
});
