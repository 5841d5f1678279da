// The start of a game: the players, the position, and the time for each side.
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { checkedPosition } from '../../sports/chessSetup';
import { nameOf, type Colour } from '../../sports/chessEndings';
import { START } from '../../sports/chessGame';
import { NotAllowed } from '../rules';
import { ratingOf } from './names';

/**
 * `fen` is a set-up position, `variant` may be `chess960`. `clock` has the `minutes` for each side and the `increment` of a move
 * in seconds. Taps of 0.1.0 have only the players.
 */
export function start(detail: JsonObject): JsonObject {
  const white = playerIn(detail, 'white');
  const black = playerIn(detail, 'black');
  const isChess960 = detail['variant'] === 'chess960';
  const text = readText(detail['fen']);
  const checked = text === null ? { fen: START } : checkedPosition(text, isChess960);
  if ('problem' in checked) throw new NotAllowed(checked.problem);
  const { fen } = checked;
  const [, turn, , , , number] = fen.split(' ');
  const isSetUp = fen !== START;
  return {
    white,
    black,
    ply: (Number(number) - 1) * 2 + (turn === 'b' ? 1 : 0),
    fen,
    turn: turn === 'b' ? 'black' : 'white',
    ...(isSetUp ? { initialFen: fen } : {}),
    ...(isChess960 ? { variant: 'chess960' } : {}),
    ...clockIn(readObject(detail['clock'])),
    commentary: `${white.name} has the white pieces.${isChess960 ? ' Chess960.' : isSetUp ? ' The game starts from a set-up position.' : ''}`,
  };
}

function playerIn(detail: JsonObject, side: Colour): { name: string; rating?: number } {
  const { name, rating } = readObject(detail[side]);
  const told = readText(name)?.trim();
  if (!told) throw new NotAllowed(`Enter who plays ${nameOf(side)}.`);
  const rated = ratingOf(rating);
  return rated === null ? { name: told } : { name: told, rating: rated };
}

/** The clocks stand until a scorer starts them. */
function clockIn({ minutes, increment }: JsonObject): JsonObject {
  const each = Number(readText(minutes) ?? Number.NaN);
  if (!(each > 0 && each <= 24 * 60)) return {};
  const added = Number(readText(increment) ?? 0);
  const seconds = added > 0 && added <= 3_600 ? added : 0;
  const ms = Math.round(each * 60_000);
  return { clocks: { white: ms, black: ms, at: 0, increment: Math.round(seconds * 1_000) }, timeControl: `${Math.round(ms / 1_000)}+${seconds}` };
}
