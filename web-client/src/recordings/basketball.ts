// A simulated basketball match for the demo. An update comes every few seconds, and the clock goes on with each of them.
import type { Tap } from '../lib/outbox';
import { readObject } from '../lib/read';
import { CLOCK } from '../score/clock';
import { offersFor } from '../score/points/result';
import { pointsRules } from '../score/points/rules';
import { basketball } from '../sports/definitions/basketball';
import { Chance } from './chance';
import { Recorder } from './recorder';

type Side = 'home' | 'away';

const QUARTER_MS = 600_000;
const OVERTIME_MS = 300_000;
const PACE_MS = 3_500;
const BREAK_MS = 8_000;

const teams = {
  home: { name: 'Station Road', short: 'STA', color: '#7c3aed', players: ['Amara', 'Bello', 'Castell', 'Dray', 'Eide', 'Ferro', 'Gale'] },
  away: { name: 'Kingsmead', short: 'KIN', color: '#b45309', players: ['Hart', 'Ilves', 'Jansen', 'Kone', 'Lund', 'Moss', 'Ngata'] },
} as const;

export function playBasketball(seed: number): Recorder {
  const chance = new Chance(seed);
  const { home, away } = teams;
  const sideOf = ({ name, short }: { name: string; short: string }) => ({ name, short });
  const recorder = new Recorder(pointsRules, {
    eventId: 'basketball-demo',
    sport: 'basketball',
    title: 'Station Road v Kingsmead, basketball (simulated)',
    competitors: [home, away].map(({ name, short, color }) => ({ name, short, color })),
    actions: [{ name: 'puzzle', points: 2, minMs: 3_000, cooldownMs: 20_000, dailyCap: 50 }],
  });
  recorder.enter(0, ['start', { format: basketball.format, home: sideOf(home), away: sideOf(away), venue: 'Mill Lane Gym', at: recorder.now }]);
  for (let number = 1; ; number += 1) {
    playPeriod(recorder, chance, number);
    recorder.enter(PACE_MS, clockTap(recorder, 0, false), ['end', { at: recorder.now }]);
    const next = offersFor(recorder.state, recorder.now)[0]?.tap;
    if (next === undefined) return recorder;
    recorder.enter(BREAK_MS, [next[0], { ...next[1], at: recorder.now }]);
    if (next[0] === 'result') return recorder;
  }
}

/** The clock shows `value` now. */
function clockTap({ now }: Recorder, value: number, running: boolean): Tap {
  return [CLOCK, { running, value, at: now, set: true }];
}

/** A quarter, or an overtime. */
function playPeriod(recorder: Recorder, chance: Chance, number: number): void {
  let left = number > 4 ? OVERTIME_MS : QUARTER_MS;
  let side: Side = chance.of(['home', 'away'] as const);
  recorder.enter(PACE_MS, [CLOCK, { running: true, value: left, at: recorder.now }]);
  if (number === 1) recorder.enter(PACE_MS, ['attack', { side: side === 'home' ? 'away' : 'home', at: recorder.now }]);
  for (;;) {
    left -= chance.between(9_000, 22_000);
    if (left <= 3_000) return;
    const other: Side = side === 'home' ? 'away' : 'home';
    const enter = (tap: Tap, running = true) => recorder.enter(PACE_MS, clockTap(recorder, left, running), [tap[0], { ...tap[1], at: recorder.now }]);
    const score = (key: string, running = true) => enter(['score', { side, key, who: chance.of(teams[side].players) }], running);
    const luck = chance.next();
    if (luck < 0.34) score('2 points');
    else if (luck < 0.46) score('3 points');
    else if (luck < 0.62) {
      enter(['count', { side: other, counter: 'fouls' }], false);
      if (counted(recorder, other, 'fouls') >= 5) for (let shot = 0; shot < 2; shot += 1) if (chance.hits(0.75)) score('1 point', shot === 1);
    } else if (luck < 0.66 && number % 2 === 0 && counted(recorder, other, 'timeouts') < 2) enter(['count', { side: other, counter: 'timeouts' }], false);
    side = other;
  }
}

function counted({ state }: Recorder, side: Side, counter: string): number {
  return Number(readObject(readObject(state[side])['counters'])[counter] ?? 0);
}
