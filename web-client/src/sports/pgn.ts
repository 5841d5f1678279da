// A game as text in Portable Game Notation, as other chess programs read it.
import { readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { numbered, plainPoints, plies, readPlayer, sansOf } from './chess';

const SAN = /^(?:O-O(?:-O)?|[KQRBN]?[a-h]?[1-8]?x?[a-h][1-8](?:=[QRBN])?)[+#]?$/;
const WIDTH = 80;

/** The PGN of a state; null if its moves are not in standard notation. `title` is the event's. */
export function pgnOf(data: JsonObject, title: string | null = null): string | null {
  const sans = sansOf(data);
  if (sans.length === 0 || !sans.every((san) => SAN.test(san))) return null;
  const result = pointsOf(readText(data['result']));
  const tags = tagsOf(data, title, result).map(([name, value]) => `[${name} "${escaped(value)}"]`);
  return `${tags.join('\n')}\n\n${wrapped([...numberedMoves(data), result])}\n`;
}

function tagsOf(data: JsonObject, title: string | null, result: string): [string, string][] {
  const [white, black] = [readPlayer(data['white']), readPlayer(data['black'])];
  const fen = readText(data['initialFen']);
  const tag = (name: string, value: string | null): [string, string][] => (value === null ? [] : [[name, value]]);
  return [
    ['Event', readText(data['tournament']) ?? title ?? '?'],
    ['Site', readText(data['venue']) ?? '?'],
    ['Date', dateOf(readText(data['date']))],
    ['Round', readText(data['round']) ?? '?'],
    ['White', white.name ?? '?'],
    ['Black', black.name ?? '?'],
    ['Result', result],
    ...tag('WhiteElo', white.rating),
    ...tag('BlackElo', black.rating),
    ...tag('TimeControl', readText(data['timeControl'])),
    ...tag('Variant', data['variant'] === 'chess960' ? 'Chess960' : null),
    ...(fen === null ? [] : tag('SetUp', '1')),
    ...tag('FEN', fen),
    ...tag('Termination', readText(data['outcome'])),
  ];
}

function pointsOf(result: string | null): string {
  const points = plainPoints(result ?? '');
  return ['1-0', '0-1', '1/2-1/2'].includes(points) ? points : '*';
}

/** The moves with their numbers. A game that Black begins starts with `1...`. */
function numberedMoves(data: JsonObject): string[] {
  const moves = plies(data);
  const first = moves[0]?.[0] ?? 1;
  return moves.map(([, san], index) => {
    const ply = first + index;
    return ply % 2 === 1 || index === 0 ? numbered(ply, san).replace('…', '...') : san;
  });
}

function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words.flatMap((part) => part.split(' '))) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

function dateOf(date: string | null): string {
  const [, year, month, day] = /^(\d{4})[-.](\d{2})[-.](\d{2})/.exec(date ?? '') ?? [];
  return year ? `${year}.${month}.${day}` : '????.??.??';
}

/** A tag is one line; quotes and backslashes are escaped. */
function escaped(value: string): string {
  return value
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .slice(0, 200)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"');
}
