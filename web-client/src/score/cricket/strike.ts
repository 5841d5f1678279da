// Who faces after a tap, for forms that ask it in this way.
import type { Tap } from '../../lib/outbox';
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';
import { cricketRules } from './rules';

/** The striker after a tap; null if the tap is not possible. */
export function strikerAfter(state: JsonObject, tap: Tap): string | null {
  try {
    return readText(cricketRules.play(state, tap)['striker']);
  } catch (error) {
    if (error instanceof NotAllowed) return null;
    throw error;
  }
}
