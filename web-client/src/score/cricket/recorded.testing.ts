// The real matches of `tests/cases/cricket`, for tests: how a scorer enters each of them with the desk's taps, and the
// figures that must come out.
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { isExtended, isInningsOver, isOverToCome, readCard, type Card } from './card';
import { tap } from './entering.testing';
import type { Details, How, Kind, WicketDetail } from './taps';

export interface Delivery {
  batter: string;
  non_striker: string;
  bowler: string;
  runs: { batter: number; extras: number; total: number; non_boundary?: boolean };
  extras?: Partial<Record<'wides' | 'noballs' | 'byes' | 'legbyes' | 'penalty', number>>;
  wickets?: Wicket[];
}

export interface Wicket {
  kind: string;
  player_out: string;
  fielders?: string[];
}

export interface Innings {
  team: string;
  super_over?: boolean;
  target?: { overs: number; runs: number };
  overs: { over: number; deliveries: Delivery[] }[];
}

export interface Match {
  why: string;
  overs: number;
  teams: [string, string];
  players: Record<string, string[]>;
  toss: { decision: string; winner: string };
  outcome: { winner?: string; by?: { runs?: number; wickets?: number }; method?: string; result?: string; eliminator?: string };
  innings: Innings[];
}

const hows: Record<string, How> = {
  bowled: 'bowled',
  caught: 'caught',
  'caught and bowled': 'caught',
  lbw: 'lbw',
  'run out': 'runOut',
  stumped: 'stumped',
  'hit wicket': 'hitWicket',
  'obstructing the field': 'obstructing',
  'hit the ball twice': 'hitTwice',
};

/** Enters a match, as a scorer who sees it would. `enter` plays a tap and gives the state after it. */
export class Scorer {
  state: JsonObject = {};

  constructor(
    readonly match: Match,
    readonly enter: (tap: Tap, state: JsonObject) => JsonObject,
    /** Called at the end of each innings, with its number from 0. */
    readonly atEnd: (innings: number, state: JsonObject) => void = () => {},
  ) {}

  scoreAll(): void {
    for (const [index, innings] of this.match.innings.entries()) {
      this.#begin(index, innings);
      const all = innings.overs.flatMap(({ deliveries }, over) => deliveries.map((delivery, place) => ({ delivery, over, place })));
      for (const [number, { delivery, over, place }] of all.entries()) {
        this.#before(delivery, over, place);
        const next = all[number + 1];
        this.#ball(delivery, next?.delivery, next?.over === over);
      }
      if (!isInningsOver(this.#card) && this.match.innings[index + 1]) this.#tap('close', { how: 'rain' });
      this.atEnd(index, this.state);
    }
    this.#end();
  }

  get #card(): Card {
    const card = readCard(this.state);
    if (card === null) throw new Error('The match has not begun.');
    return card;
  }

  #tap<K extends Kind>(kind: K, detail: Details[K] & { anyway?: string }): void {
    this.state = this.enter(tap(kind, detail), this.state);
  }

  #begin(index: number, { team, target, super_over, overs }: Innings): void {
    const first = overs[0]?.deliveries[0];
    if (!first) throw new Error('An innings without a ball.');
    const openers = { striker: first.batter, partner: first.non_striker, bowler: first.bowler };
    if (index === 0) {
      const bowling = this.match.teams.find((name) => name !== team) ?? '';
      // The umpires of the file's matches allowed free hits, or not: a wicket on one shows it.
      return this.#tap('start', { batting: team, bowling, overs: this.match.overs, ...openers, squads: this.match.players, freeHits: hasFreeHits(this.match) });
    }
    const own = super_over ? { super: true as const, batting: team } : {};
    this.#tap('innings', { ...openers, ...own });
    const card = this.#card;
    if (!target || super_over) return;
    const isSame = target.runs === card.target && target.overs === card.overs;
    const { method } = this.match.outcome;
    if (!isSame) this.#tap('target', { ...target, ...(method ? { method } : {}) });
  }

  /** Between the balls: the over that begins, a bowler or a batter who is replaced, and the strike. */
  #before(delivery: Delivery, over: number, place: number): void {
    if (place === 0 && over > 0) {
      const isFinished = isOverToCome(this.#card) || isExtended(this.#card);
      this.#tap('over', { bowler: delivery.bowler, ...(isFinished ? {} : { called: true as const }) });
    } else if (this.#card.bowler !== delivery.bowler) this.#tap('bowler', { bowler: delivery.bowler });
    const { striker, partner } = this.#card;
    const came = [delivery.batter, delivery.non_striker].filter((name) => name !== striker && name !== partner);
    const gone = [striker, partner].filter((name) => name !== delivery.batter && name !== delivery.non_striker);
    if (came[0] && gone[0]) this.#tap('retire', { who: gone[0], next: came[0] });
    if (!isOverToCome(this.#card) && this.#card.striker !== delivery.batter) this.#tap('swap', {});
  }

  #ball(delivery: Delivery, next: Delivery | undefined, isOverGoingOn: boolean): void {
    const { runs, extras = {}, wickets = [] } = delivery;
    const [wicket] = wickets;
    const isRetired = wicket?.kind.startsWith('retired') ?? false;
    const ran = (extras.wides ?? 1) - 1 + (extras.byes ?? 0) + (extras.legbyes ?? 0) + runs.batter;
    this.#tap('ball', {
      ...(ran > 0 ? { runs: ran } : {}),
      ...([4, 6].includes(runs.batter) && !runs.non_boundary ? { boundary: true } : {}),
      ...(extras.wides ? { fault: 'wide' } : extras.noballs ? { fault: 'noBall' } : {}),
      ...(extras.byes ? { off: 'byes' } : extras.legbyes ? { off: 'legByes' } : {}),
      ...(wicket && !isRetired ? { wicket: this.#wicket(wicket, delivery, next, isOverGoingOn) } : {}),
      ...(isOverToCome(this.#card) ? { more: true } : {}),
      // Rain came before the next batter did.
      ...(wicket && !next ? { anyway: 'Nobody comes in' } : {}),
    });
    if (extras.penalty) this.#tap('penalty', { to: 'batting', runs: extras.penalty });
    if (!wicket || !isRetired) return;
    const comes = { who: wicket.player_out, ...this.#next(wicket.player_out, next) };
    if (wicket.kind === 'retired out') this.#tap('out', { how: 'retiredOut', ...comes });
    else this.#tap('retire', comes);
  }

  #wicket({ kind, player_out, fielders }: Wicket, { bowler }: Delivery, next: Delivery | undefined, isOverGoingOn: boolean): WicketDetail {
    const how = hows[kind];
    if (how === undefined) throw new Error(`A wicket of the unknown kind ${kind}.`);
    const [by] = kind === 'caught and bowled' ? [bowler] : (fielders ?? []);
    const comes = this.#next(player_out, next);
    const faces = next !== undefined && next.batter === comes.next;
    return {
      how,
      ...(by ? { by } : {}),
      ...(player_out === this.#card.partner ? { who: 'partner' } : {}),
      ...(how === 'runOut' || how === 'obstructing' ? { end: faces === isOverGoingOn ? 'striker' : 'bowler' } : {}),
      ...comes,
    };
  }

  /** The batter who comes in, as the next ball shows; nobody does after the last ball of an innings. */
  #next(out: string, next: Delivery | undefined): { next?: string } {
    const { striker, partner } = this.#card;
    const stays = striker === out ? partner : striker;
    const [name] = next ? [next.batter, next.non_striker].filter((one) => one !== stays) : [];
    return name ? { next: name } : {};
  }

  #end(): void {
    const { result } = this.match.outcome;
    if (result === 'no result') this.#tap('result', { how: 'noResult' });
    else this.#tap('result', {});
  }
}

/** Whether the ball after a no-ball is a free hit: not in a match where a batter was bowled or caught on one. */
function hasFreeHits({ innings }: Match): boolean {
  return !innings.some(({ overs }) => {
    let isFree = false;
    return overs.flatMap(({ deliveries }) => deliveries).some(({ extras = {}, wickets = [] }) => {
      const isOut = isFree && wickets.some(({ kind }) => !/run out|obstructing|hit the ball twice|retired/.test(kind));
      if (!extras.wides) isFree = extras.noballs !== undefined;
      return isOut;
    });
  });
}

/** The figures of an innings, from the file. */
export function figuresOf({ overs }: Innings): JsonObject {
  const all = overs.flatMap(({ deliveries }) => deliveries);
  const sum = (value: (delivery: Delivery) => number) => all.reduce((total, delivery) => total + value(delivery), 0);
  const isLegal = ({ extras = {} }: Delivery) => !extras.wides && !extras.noballs;
  const wickets = all.flatMap((delivery) => (delivery.wickets ?? []).map(({ kind }) => ({ kind, bowler: delivery.bowler })));
  const isHers = (kind: string) => !/run out|retired|obstructing|hit the ball twice|timed out/.test(kind);
  const batters = new Set(all.flatMap(({ batter, non_striker }) => [batter, non_striker]));
  const bowlers = new Set(all.map(({ bowler }) => bowler));
  const extra = (kind: keyof NonNullable<Delivery['extras']>) => sum(({ extras }) => extras?.[kind] ?? 0);
  return {
    runs: sum(({ runs }) => runs.total),
    wickets: wickets.filter(({ kind }) => kind !== 'retired hurt' && kind !== 'retired not out').length,
    legal: all.filter(isLegal).length,
    extras: { wides: extra('wides'), noBalls: extra('noballs'), byes: extra('byes'), legByes: extra('legbyes'), penalties: extra('penalty') },
    batters: Object.fromEntries([...batters].map((name) => [name, {
      runs: sum(({ batter, runs }) => (batter === name ? runs.batter : 0)),
      balls: all.filter(({ batter, extras = {} }) => batter === name && !extras.wides).length,
    }])),
    bowlers: Object.fromEntries([...bowlers].map((name) => [name, {
      legal: all.filter((delivery) => delivery.bowler === name && isLegal(delivery)).length,
      runs: sum(({ bowler, runs, extras = {} }) => (bowler === name ? runs.total - (extras.byes ?? 0) - (extras.legbyes ?? 0) - (extras.penalty ?? 0) : 0)),
      wickets: wickets.filter((wicket) => wicket.bowler === name && isHers(wicket.kind)).length,
    }])),
  };
}

/** The same figures, from a state. */
export function figuresIn(state: JsonObject): JsonObject {
  const card = readCard(state);
  if (card === null) return {};
  const { runs, wickets, legal, extras, batters, bowlers } = card;
  return {
    runs,
    wickets,
    legal,
    extras,
    batters: Object.fromEntries([...batters].map(([name, { runs, balls }]) => [name, { runs, balls }])),
    bowlers: Object.fromEntries([...bowlers].map(([name, { legal, runs, wickets }]) => [name, { legal, runs, wickets }])),
  };
}

/** The outcome of a file, as the state has it. */
export function outcomeOf({ outcome: { result, winner, by, method, eliminator } }: Match): JsonObject {
  if (result === 'no result') return { how: 'noResult' };
  if (result === 'tie') return { how: 'tie', ...(eliminator ? { winner: eliminator } : {}) };
  return { how: 'won', winner, by, ...(method ? { method } : {}) };
}
