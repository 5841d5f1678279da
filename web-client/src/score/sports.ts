// The rules and console of each sport. What has neither its own console nor a family is scored as JSON.
import type { EventInfo, JsonObject } from '../lib/wire';
import { definitionOf, readFormat } from '../sports/definitions';
import type { FamilyName } from '../sports/families/family';
import { SUMMARY } from '../sports/summary';
import { chessRules } from './chess/rules';
import { cricketRules } from './cricket/rules';
import { footballRules } from './football/rules';
import { jsonRules } from './json/rules';
import { placingsRules } from './placings/rules';
import { plainRules } from './plain/rules';
import { pointsRules } from './points/rules';
import { COMMENTARY, MARK, TAP, type Rules } from './rules';
import { setsRules } from './sets/rules';

export type ConsoleName = 'cricket' | 'football' | 'chess' | FamilyName | 'json';

const rules: Record<ConsoleName, Rules> = {
  cricket: cricketRules,
  football: footballRules,
  chess: chessRules,
  placings: placingsRules,
  plain: plainRules,
  points: pointsRules,
  sets: setsRules,
  json: jsonRules,
};

/** The members that a match which was taken back may still have. */
const LEFT: readonly string[] = [TAP, COMMENTARY, SUMMARY, MARK];

/**
 * The console for an event in a state. A match that a family's console began goes on with it, and one that another program
 * or the JSON console began goes on as JSON. An event's own format comes before its sport's.
 */
export function consoleFor({ sport, format }: Pick<EventInfo, 'sport' | 'format'>, state: JsonObject): ConsoleName {
  const name = sport.trim().toLowerCase();
  if (name === 'cricket' || name === 'football' || name === 'chess') return name;
  const isEmpty = Object.entries(state).every(([member, value]) => value === null || LEFT.includes(member));
  const found = readFormat(isEmpty ? format : state['format']) ?? (isEmpty ? definitionOf(name)?.format : null);
  return found?.family ?? 'json';
}

export function rulesOf(name: ConsoleName): Rules {
  return rules[name];
}

export function rulesFor(event: Pick<EventInfo, 'sport' | 'format'>, state: JsonObject): Rules {
  return rulesOf(consoleFor(event, state));
}
