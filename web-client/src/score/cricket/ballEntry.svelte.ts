// A ball while it is being entered in a form: what was chosen so far, and the tap that it makes.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import type { Card } from './card';
import { dismissals, onTheRun } from './delivery';
import type { How } from './taps';

type Side = 'striker' | 'partner';
type End = 'striker' | 'bowler';

/** The extras of a form: a fault, what the runs came off, or both. */
export const extras = {
  '': 'None',
  wide: 'Wide',
  noBall: 'No-ball',
  byes: 'Byes',
  legByes: 'Leg byes',
  'noBall byes': 'No-ball and byes',
  'noBall legByes': 'No-ball and leg byes',
} as const;
export type Extra = keyof typeof extras;

/** A way to be out, in words. */
export const howWords = (how: How | ''): string => (how === '' ? '' : dismissals[how]);

/** The most runs that a form offers for one ball: overthrows. */
export const MOST_RUNS = 8;

export class BallEntry {
  runs = $state(0);
  boundary = $state(false);
  extra = $state<Extra>('');
  how = $state<How | ''>('');
  who = $state<Side>('striker');
  end = $state<End>('striker');
  by = $state('');
  next = $state('');
  readonly #more: boolean;

  constructor(
    readonly card: Card,
    detail: JsonObject,
  ) {
    const wicket = readObject(detail['wicket']);
    this.runs = Number(detail['runs'] ?? 0);
    this.boundary = detail['boundary'] === true;
    const extra = [readText(detail['fault']), readText(detail['off'])].filter(Boolean).join(' ');
    if (Object.hasOwn(extras, extra)) this.extra = extra as Extra;
    const how = readText(wicket['how']);
    if (how !== null && Object.hasOwn(dismissals, how)) this.how = how as How;
    const out = readText(wicket['out']);
    this.who = (out === null ? wicket['who'] === 'partner' : out === card.partner) ? 'partner' : 'striker';
    this.end = wicket['end'] === 'bowler' ? 'bowler' : 'striker';
    this.by = readText(wicket['by']) ?? '';
    this.next = readText(wicket['next']) ?? '';
    this.#more = detail['more'] === true;
  }

  /** The batter who is out. */
  get out(): string | null {
    return this.hasBothBatters && this.who === 'partner' ? this.card.partner : this.card.striker;
  }

  get hasFielder(): boolean {
    return this.how === 'caught' || this.how === 'stumped' || this.how === 'runOut';
  }

  /** Whether the fielder is asked before the next batter. Otherwise the scorer may add one. */
  get asksFielder(): boolean {
    return this.how === 'caught';
  }

  /** Whether either batter can be out this way, and the new one can be at either end. */
  get hasBothBatters(): boolean {
    return this.how !== '' && onTheRun.includes(this.how);
  }

  /** Whether the runs can be told apart as a boundary. */
  get canBeBoundary(): boolean {
    return (this.runs === 4 || this.runs === 6) && (this.extra === '' || this.extra === 'noBall');
  }

  get scoredInWords(): string {
    const runs = this.runs === 1 ? '1 run' : `${this.runs || 'No'} runs`;
    return this.extra === '' ? runs : `${runs}, ${extras[this.extra].toLowerCase()}`;
  }

  /** The details of the tap. `isLast`: nobody comes in. */
  detail(isLast: boolean): JsonObject {
    const words = this.extra.split(' ');
    const fault = words.find((word) => word === 'wide' || word === 'noBall');
    const off = words.find((word) => word === 'byes' || word === 'legByes');
    return {
      ...(this.runs > 0 ? { runs: this.runs } : {}),
      ...(this.boundary && this.canBeBoundary ? { boundary: true } : {}),
      ...(fault ? { fault } : {}),
      ...(off ? { off } : {}),
      ...(this.#more ? { more: true } : {}),
      ...(this.how === '' ? {} : { wicket: this.#wicket(isLast) }),
    };
  }

  #wicket(isLast: boolean): JsonObject {
    const { how, by, who, end, next, out } = this;
    return {
      how,
      ...(out === null ? {} : { out }),
      ...(this.hasFielder && by.trim() !== '' ? { by: by.trim() } : {}),
      ...(this.hasBothBatters ? { who, end } : {}),
      ...(isLast || next.trim() === '' ? {} : { next: next.trim() }),
    };
  }
}
