// The rules and console of each sport. Any other sport is scored as JSON.
import { chessRules } from './chess/rules';
import { cricketRules } from './cricket/rules';
import { footballRules } from './football/rules';
import { jsonRules } from './json/rules';
import type { Rules } from './rules';

export type ConsoleName = 'cricket' | 'football' | 'chess' | 'json';

const rules: Record<ConsoleName, Rules> = { cricket: cricketRules, football: footballRules, chess: chessRules, json: jsonRules };

export function consoleFor(sport: string): ConsoleName {
  const name = sport.trim().toLowerCase();
  return name === 'cricket' || name === 'football' || name === 'chess' ? name : 'json';
}

export function rulesFor(sport: string): Rules {
  return rules[consoleFor(sport)];
}
