// What a tap would lead to, for forms that ask only what matters.
import type { Tap } from '../../lib/outbox';
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { whyNot } from '../rules';
import { cricketRules } from './rules';

/** The striker after a tap; null if the tap is not possible. */
export function strikerAfter(state: JsonObject, tap: Tap): string | null {
  return isPossible(state, tap) ? readText(cricketRules.play(state, tap)['striker']) : null;
}

/** Whether the rules take the tap. */
export function isPossible(state: JsonObject, tap: Tap): boolean {
  return whyNot(cricketRules, state, tap) === null;
}
