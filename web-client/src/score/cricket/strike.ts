// What a tap would lead to, for forms that ask only what matters.
import type { Tap } from '../../lib/outbox';
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';
import { cricketRules } from './rules';

/** The striker after a tap; null if the tap is not possible. */
export function strikerAfter(state: JsonObject, tap: Tap): string | null {
  return readText(after(state, tap)?.['striker']);
}

/** Whether the rules take the tap. */
export function isPossible(state: JsonObject, tap: Tap): boolean {
  return after(state, tap) !== null;
}

function after(state: JsonObject, tap: Tap): JsonObject | null {
  try {
    return cricketRules.play(state, tap);
  } catch (error) {
    if (error instanceof NotAllowed) return null;
    throw error;
  }
}
