// A simulated volleyball match for the demo.
import type { Tap } from '../lib/outbox';
import { setsRules } from '../score/sets/rules';
import { volleyball } from '../sports/definitions/volleyball';
import { matchOf, offerOf, otherSide, type Side } from '../sports/families/sets/match';
import { nextServer } from '../score/sets/serve';
import { Chance } from './chance';
import { Recorder } from './recorder';

/** How often the receiving side wins the rally, and by how much the first side is better. */
const SIDE_OUT = 0.58;
const BETTER = 0.03;

const RALLY_MS = 2_800;
const BREAK_MS = 8_000;

export function playVolleyball(seed: number): Recorder {
  const chance = new Chance(seed);
  const recorder = new Recorder(setsRules, {
    eventId: 'volleyball-demo',
    sport: 'volleyball',
    title: 'North End v Old Bridge, volleyball (simulated)',
    competitors: [{ name: 'North End', short: 'NOR', color: '#1d4ed8' }, { name: 'Old Bridge', short: 'OLD', color: '#c2410c' }],
    actions: [{ name: 'puzzle', points: 2, minMs: 3_000, cooldownMs: 20_000, dailyCap: 50 }],
  });
  recorder.enter(0, ['start', { format: volleyball.format, home: { name: 'North End', short: 'NOR' }, away: { name: 'Old Bridge', short: 'OLD' }, venue: 'Harbour Hall' }]);
  /** How many points in a row the last side has won. */
  let run: { side: Side; points: number } = { side: 'home', points: 0 };
  let isCorrected = false;
  for (;;) {
    const match = matchOf(recorder.state);
    if (match === null || match.isOver) return recorder;
    const offer = offerOf(match);
    if (offer !== null) {
      run = { side: 'home', points: 0 };
      recorder.enter(offer.kind === 'match' ? 4_000 : BREAK_MS, offer.kind === 'match' ? ['result', {}] : [offer.kind, { to: offer.side }]);
      continue;
    }
    if (match.serve === null) {
      recorder.enter(BREAK_MS, ['begin', { server: nextServer(match) ?? chance.of(['home', 'away'] as const) }]);
      continue;
    }
    const losing = otherSide(run.side);
    if (run.points >= 4 && (match.sets.at(-1)?.timeouts[losing] ?? 2) < 2) {
      recorder.enter(RALLY_MS, ['timeout', { side: losing }]);
      run = { side: run.side, points: 0 };
      continue;
    }
    const receiving = otherSide(match.serve);
    const share = SIDE_OUT + (receiving === 'home' ? BETTER : -BETTER);
    const side = chance.hits(share) ? receiving : match.serve;
    const to = (winner: Side): Tap => ['point', { to: winner }];
    const isWrong: boolean = !isCorrected && match.sets.length === 2 && (match.sets[1]?.home ?? 0) >= 9;
    recorder.enter(RALLY_MS, to(isWrong ? otherSide(side) : side));
    if (isWrong) recorder.correct(RALLY_MS, to(side), 'The referee saw a touch at the block');
    isCorrected ||= isWrong;
    run = run.side === side ? { side, points: run.points + 1 } : { side, points: 1 };
  }
}
