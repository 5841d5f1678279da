// The names and ratings of the players. A new name is used in lists, in the summary and in the PGN.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readPlayer } from '../../sports/chess';
import { nameOf, type Colour } from '../../sports/chessEndings';
import { renamedWords } from '../renaming';
import { NotAllowed } from '../rules';

/** `to` is the name of the player of a `side`. `rating` is a new rating, and null none; without it, the rating stays. */
export function rename(state: JsonObject, detail: JsonObject): JsonObject {
  const { side, rating } = detail;
  if (side !== 'white' && side !== 'black') throw new NotAllowed('Select White or Black.');
  const to = readText(detail['to'])?.trim();
  if (!to) throw new NotAllowed(`Enter who plays ${nameOf(side)}.`);
  const { rating: known, ...player } = readObject(state[side]);
  const rated = rating === undefined ? known : ratingOf(rating);
  const from = playerName(state, side);
  const commentary = from === null || from === to ? `${nameOf(side)}: ${to}${isRating(rated) ? ` (${rated})` : ''}.` : renamedWords([from, to]);
  return { ...state, [side]: { ...player, name: to, ...(rated === undefined || rated === null ? {} : { rating: rated }) }, commentary };
}

/** `from` is the wrong name, for these words alone. */
export function renameWords({ side, from, to }: JsonObject): string {
  const [wrong, right] = [readText(from), readText(to) ?? ''];
  return wrong === null || wrong === right ? `${nameOf(side === 'black' ? 'black' : 'white')}: ${right}` : `${right}, not ${wrong}`;
}

export function playerName(state: JsonObject, side: Colour): string | null {
  return readPlayer(state[side]).name;
}

/** A rating as it is entered: a whole number above 0. Null for anything else. */
export function ratingOf(value: unknown): number | null {
  const number = Number(readText(value) ?? Number.NaN);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

function isRating(value: unknown): value is number {
  return typeof value === 'number';
}
