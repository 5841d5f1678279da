// A second way to say what a corrected match is, for tests: the balls one after another, the overs one after another, and
// each over begins where the one before has all its balls. The match is then played from the start.
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed, played } from '../rules';
import { cricketRules } from './rules';

/** What the umpire overruled with a tap when it was entered. It overrules nothing else. */
const overruled = new WeakMap<Tap, readonly string[]>();

/** Whether a ball was one more than its over has. */
function isOneMore(tap: Tap): boolean {
  const [, detail = {}] = tap;
  if (detail['anyway'] === undefined) return detail['more'] === true;
  return detail['more'] === true || (overruled.get(tap)?.includes('Enter the bowler of the next over first.') ?? true);
}

/** The taps in the order in which they happened; null if an over is missing, or one is left over. */
function inOrder(taps: readonly Tap[], ballsInOver: number): Tap[] | null {
  const rest = [...taps];
  const done: Tap[] = [];
  /** Overs that were entered, but have not begun, with the bowlers who replaced theirs. */
  let waiting: Tap[] = [];
  let bowled = 0;
  const begin = () => {
    const [over, ...more] = waiting;
    const end = more.findIndex(([kind]) => kind === 'over');
    const replaced = end === -1 ? more : more.slice(0, end);
    if (over) done.push(over, ...replaced);
    waiting = more.slice(replaced.length);
    bowled = 0;
  };
  for (let tap = rest.shift(); tap !== undefined; tap = rest.shift()) {
    const [kind, detail = {}] = tap;
    if (bowled >= ballsInOver && waiting.length > 0) begin();
    if (kind === 'over' && detail['called'] !== true) {
      waiting.push(tap);
      if (bowled >= ballsInOver && waiting.length === 1) begin();
      continue;
    }
    if (kind === 'bowler' && detail['over'] === undefined && waiting.length > 0) {
      waiting.push(tap);
      continue;
    }
    if (['over', 'start', 'innings', 'close', 'result'].includes(kind)) {
      if (waiting.length > 0) return null;
      // After a result or the end of an innings the umpire may let the over go on.
      if (kind !== 'close' && kind !== 'result') bowled = 0;
    }
    if (kind === 'ball' && !isOneMore(tap) && bowled >= ballsInOver) {
      const next = rest.findIndex(([other]) => ['over', 'bowler', 'start', 'innings', 'close', 'result', 'rename'].includes(other));
      if (rest[next]?.[0] !== 'over' || rest[next]?.[1]?.['called'] === true) return null;
      waiting.push(...rest.splice(next, 1));
      begin();
    }
    if (kind === 'ball' && detail['fault'] === undefined) bowled += 1;
    // One more ball that is not legal is followed by another.
    else if (kind === 'ball' && isOneMore(tap) && bowled >= ballsInOver) bowled = ballsInOver - 1;
    done.push(tap);
  }
  if (bowled >= ballsInOver && waiting.length > 0) begin();
  return waiting.length > 0 ? null : done;
}

/** Plays a tap. One that was not played before overrules what it has to. */
export function playedAs(state: JsonObject, tap: Tap): JsonObject {
  const against = cricketRules.overruled?.(state, tap) ?? [];
  const known = overruled.get(tap) ?? against;
  overruled.set(tap, known);
  const more = against.find((why) => !known.includes(why));
  if (more !== undefined) throw new NotAllowed(more);
  return played(cricketRules, state, tap);
}

/** The tap as the log has it overrules what it overruled as it was entered. */
export function isLogged(entered: Tap, logged: Tap): void {
  const known = overruled.get(entered);
  if (known !== undefined) overruled.set(logged, known);
}

/** The state of a match played from the start; null where the rules refuse it. */
export function playedInOrder(taps: readonly Tap[], ballsInOver = 6): JsonObject | null {
  const order = inOrder(taps, ballsInOver);
  if (order === null) return null;
  try {
    return order.reduce<JsonObject>(playedAs, {});
  } catch (error) {
    if (error instanceof NotAllowed) return null;
    throw error;
  }
}
