// One ball of cricket, read from a tap, and its texts: the kind, the sign in the over, the commentary. The texts are the
// same as the demo's.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';
import { oneOf, type Check } from './check';
import type { How } from './taps';

export const dismissals: Record<How, string> = {
  bowled: 'Bowled',
  caught: 'Caught',
  lbw: 'LBW',
  runOut: 'Run out',
  stumped: 'Stumped',
  hitWicket: 'Hit wicket',
  obstructing: 'Obstructing the field',
  hitTwice: 'Hit the ball twice',
};

export interface Wicket {
  how: How;
  /** The fielder, if one was involved. */
  by: string | null;
  /** Run out, obstructing: the batter. */
  who: 'striker' | 'partner';
  /** The batter's name, if the scorer's desk named them. */
  out: string | null;
  /** Run out, obstructing: the end that the next batter goes to; null for the end of the batter who is out. */
  end: 'striker' | 'bowler' | null;
  /** The next batter; null for the last wicket. */
  next: string | null;
}

export interface Delivery {
  fault: 'wide' | 'noBall' | null;
  /** Not counting the penalty for a fault. */
  runs: number;
  boundary: boolean;
  off: 'bat' | 'byes' | 'legByes';
  wicket: Wicket | null;
}

/** Throws `NotAllowed` if no such ball is possible. */
export function readDelivery(detail: JsonObject, freeHit: boolean, check: Check): Delivery {
  const fault = oneOf(detail['fault'], ['wide', 'noBall']);
  const runs = Number(detail['runs'] ?? 0);
  const off = oneOf(detail['off'], ['byes', 'legByes']) ?? 'bat';
  const wicket = detail['wicket'] === undefined ? null : readWicket(readObject(detail['wicket']));
  if (!Number.isSafeInteger(runs) || runs < 0) throw new NotAllowed('A ball can have 0 to 12 runs.');
  check(runs <= 12, 'A ball can have 0 to 12 runs.');
  if (wicket !== null) checkWicket(wicket.how, { fault, runs, isFree: freeHit || fault === 'noBall' }, check);
  return { fault, runs, off, wicket, boundary: detail['boundary'] === true };
}

/** Where either batter can be out, and runs count. */
export const onTheRun: readonly How[] = ['runOut', 'obstructing'];
/** Law 21.18. On a free hit the same, even if it is wide. */
const offNoBall: readonly How[] = [...onTheRun, 'hitTwice'];
/** Law 22.9. */
const offWide: readonly How[] = [...onTheRun, 'stumped', 'hitWicket'];

function checkWicket(how: How, { fault, runs, isFree }: Pick<Delivery, 'fault' | 'runs'> & { isFree: boolean }, check: Check): void {
  check(runs === 0 || onTheRun.includes(how), 'Runs count with a wicket only if the batter is run out or obstructs the field.');
  check(!isFree || offNoBall.includes(how), 'Off a no-ball or a free hit a batter can only be run out, obstruct the field or hit the ball twice.');
  check(fault !== 'wide' || offWide.includes(how), 'Off a wide a batter can only be run out, obstruct the field, be stumped or hit the wicket.');
}

function readWicket(wicket: JsonObject): Wicket {
  const how = oneOf(wicket['how'], Object.keys(dismissals) as How[]);
  if (how === null) throw new NotAllowed('Select how the batter was out.');
  return {
    how,
    by: readText(wicket['by']),
    next: readText(wicket['next']),
    out: readText(wicket['out']),
    who: oneOf(wicket['who'], ['partner']) ?? 'striker',
    end: oneOf(wicket['end'], ['striker', 'bowler']) ?? (how === 'runOut' ? 'striker' : null),
  };
}

/** The kind of a ball, as in the update. */
export function kindOf({ wicket, fault, runs, off, boundary }: Delivery): string {
  if (wicket) return 'wicket';
  if (fault) return fault;
  if (runs === 0) return 'dot';
  if (off !== 'bat') return off === 'byes' ? 'bye' : 'legBye';
  if (boundary && (runs === 4 || runs === 6)) return runs === 6 ? 'six' : 'four';
  return 'run';
}

/** The sign of a ball in the over, such as `4`, `wd`, `1lb` or `1W`. */
export function signOf({ wicket, fault, runs, off }: Delivery): string {
  const number = runs === 0 ? '' : String(runs);
  const end = wicket ? 'W' : '';
  if (fault) return `${number}${fault === 'wide' ? 'wd' : 'nb'}${end}`;
  if (runs === 0) return wicket ? 'W' : '0';
  return `${number}${off === 'bat' ? '' : off === 'byes' ? 'b' : 'lb'}${end}`;
}

/** The runs of a ball, in words. */
export function scoredOff({ fault, runs, off, boundary }: Delivery): string {
  if (fault === 'wide') return runs === 0 ? 'wide' : `${runs + 1} wides`;
  const scored = runsInWords(runs, off, boundary);
  if (fault === null) return scored;
  return runs === 0 ? 'no-ball' : `no-ball, ${scored}`;
}

function runsInWords(runs: number, off: Delivery['off'], boundary: boolean): string {
  if (runs === 0) return 'no run';
  if (off === 'bat' && boundary && runs === 4) return 'FOUR';
  if (off === 'bat' && boundary && runs === 6) return 'SIX';
  return several(runs, { bat: 'run', byes: 'bye', legByes: 'leg bye' }[off]);
}

/** A dismissal as on a scorecard, such as `c Aldane b Jessamy`. */
export function howOut({ how, by }: Wicket, bowler: string): string {
  switch (how) {
    case 'bowled':
      return `b ${bowler}`;
    case 'caught':
      return by === bowler ? `c & b ${bowler}` : `c ${by ?? 'sub'} b ${bowler}`;
    case 'lbw':
      return `lbw b ${bowler}`;
    case 'stumped':
      return `st ${by === null ? '' : `${by} `}b ${bowler}`;
    case 'hitWicket':
      return `hit wicket b ${bowler}`;
    case 'runOut':
      return by === null ? 'run out' : `run out (${by})`;
    case 'obstructing':
      return 'obstructing the field';
    case 'hitTwice':
      return 'hit the ball twice';
  }
}

/** How a batter was out, with another bowler. The forms are those of `howOut`. */
export function withBowler(how: string, from: string, to: string): string {
  const end = `b ${from}`;
  return how === end || how.endsWith(` ${end}`) ? `${how.slice(0, how.length - from.length)}${to}` : how;
}

/** A number with its noun: `1 run`, `2 runs`. */
export function several(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
