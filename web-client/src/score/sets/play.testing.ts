// A match of Reds and Blues at the desk, for tests: points as letters, and what the score offers is taken.
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { definitionOf } from '../../sports/definitions';
import { readSetsFormat, type SetsFormat } from '../../sports/families/sets/format';
import { matchOf, offerOf, type Match, type Offer, type Side } from '../../sports/families/sets/match';
import { readSets } from '../../sports/families/sets/read';
import { setsRules } from './rules';
import { nextServer } from './serve';

function formatOf(sport: string, variant?: string): SetsFormat {
  const definition = definitionOf(sport);
  const chosen = variant === undefined ? definition?.format : definition?.variants?.find(({ title }) => title === variant)?.format;
  const format = readSetsFormat(chosen);
  if (format === null) throw new Error(`no format: ${sport}, ${variant}`);
  return format;
}

/** A match of Reds (`h`) and Blues (`a`). */
export class Play {
  state: JsonObject;

  constructor(sport: string, variant?: string) {
    this.state = setsRules.play({}, ['start', { format: formatOf(sport, variant), home: 'Reds', away: 'Blues' }]);
  }

  tap(...tap: Tap): this {
    this.state = setsRules.play(this.state, tap);
    return this;
  }

  begin(server?: Side): this {
    const next = nextServer(this.match) ?? 'home';
    return this.tap('begin', { server: server ?? next });
  }

  points(points: string): this {
    for (const one of points) this.tap('point', { to: one === 'h' ? 'home' : 'away' });
    return this;
  }

  /** A set to this score, the points alternating while both have some to win. Closed by its offer. */
  set(home: number, away: number): this {
    return this.points(alternating(home, away)).take();
  }

  /** Takes what the score offers. */
  take(): this {
    const { kind, side } = this.offer ?? { kind: 'nothing', side: 'home' };
    return kind === 'match' ? this.tap('result', { text: '' }) : this.tap(kind, { to: side });
  }

  games(games: string): this {
    for (const one of games) this.points(one.repeat(4)).take();
    return this;
  }

  get match(): Match {
    const match = matchOf(this.state);
    if (match === null) throw new Error('no match');
    return match;
  }

  get offer(): Offer | null {
    return offerOf(this.match);
  }

  get note(): string | null {
    return readSets(this.state)?.note ?? null;
  }
}

/** The points of a set with this score, in turns while both have some to win. */
export function alternating(home: number, away: number): string {
  const both = Math.min(home, away);
  return 'ha'.repeat(both) + (home > away ? 'h' : 'a').repeat(Math.abs(home - away));
}

/** The offer of a set. */
export const setTo = (side: Side): Offer => ({ kind: 'set', side });
