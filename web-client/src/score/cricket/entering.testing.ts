// Entering taps in tests: a match of two overs and four players a side, and how its state looks to viewers.
import { mergePatch } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { draftOf } from '../rules';
import { cricketRules } from './rules';
import type { Details, Kind } from './taps';

/** A tap of the desk. */
export function tap<K extends Kind>(kind: K, detail: Details[K] & { anyway?: string }): Tap {
  return [kind, detail as unknown as JsonObject];
}

export const opening = { striker: 'Ann', partner: 'Bea', bowler: 'Zoe' };
export const begin = (more: Partial<Details['start']> = {}) => tap('start', { batting: 'North', bowling: 'South', overs: 2, players: 4, ...opening, ...more });
export const ball = (detail: Details['ball'] = {}, anyway?: string) => tap('ball', anyway === undefined ? detail : { ...detail, anyway });
export const balls = (count: number, detail: Details['ball'] = {}): Tap[] => Array.from({ length: count }, () => ball(detail));
export const over = (bowler: string) => tap('over', { bowler });
export const out = (next?: string, how: Details['out']['how'] = 'retiredOut', who = 'Ann') => tap('out', { who, how, ...(next ? { next } : {}) });
export const bowled = (next?: string) => ball({ wicket: { how: 'bowled', ...(next ? { next } : {}) } });
export const first: Tap[] = [...balls(6, { runs: 2 }), over('Yan'), ...balls(6)];
export const second = (more: Partial<Details['innings']> = {}) => tap('innings', { striker: 'Sue', partner: 'Tam', bowler: 'Ann', ...more });

/** The state as viewers have it, who merge the updates. */
export function after(...taps: Tap[]): JsonObject {
  return taps.reduce<JsonObject>((state, one) => mergePatch(state, draftOf(cricketRules, state, one).data), {});
}

/** The members of a state at paths such as `batters.Ann.runs`. */
export function found(state: JsonObject, ...paths: string[]): unknown[] {
  return paths.map((path) => path.split('.').reduce<unknown>((value, name) => (value as JsonObject | undefined)?.[name], state));
}

export const member = (state: JsonObject, path: string) => found(state, path)[0];
