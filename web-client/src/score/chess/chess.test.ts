// Chess by the console's taps: every kind of ending, the clocks, set-up positions and Chess960. The games of tests/cases/chess
// were made and judged by another program.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import chess960Games from '../../../../tests/cases/chess/chess960.pgn?raw';
import standardGames from '../../../../tests/cases/chess/standard.pgn?raw';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { chessHeadline, leftAt, outcomeOf, readChess } from '../../sports/chess';
import { canMate, verdictsOf } from '../../sports/chessEndings';
import { gameAt, positionsOf, START } from '../../sports/chessGame';
import { checkedPosition, chess960Start } from '../../sports/chessSetup';
import { pgnOf } from '../../sports/pgn';
import { chessSummary, clockWords } from '../../sports/summary';
import { NotAllowed, UnknownTap } from '../rules';
import { readTimeLeft } from './clocks';
import { chessRules, legalMoves, verdictsFor } from './rules';

const players = { white: { name: 'A' }, black: { name: 'B' } };
const begin = (more: JsonObject = {}): Tap => ['start', { ...players, ...more }];
const play = (...taps: Tap[]) => taps.reduce<JsonObject>((state, tap) => chessRules.play(state, tap), {});
const after = (state: JsonObject, ...taps: Tap[]) => taps.reduce<JsonObject>((now, tap) => chessRules.play(now, tap), state);

interface Pgn {
  tags: Record<string, string>;
  sans: string[];
}

function gamesIn(text: string): Pgn[] {
  return text.split(/\n\n(?=\[Event )/).map((game) => {
    const tags = Object.fromEntries([...game.matchAll(/^\[(\w+) "(.*)"\]$/gm)].map(([, key, value]) => [key, value]));
    const words = game.replace(/^\[.*\]$/gm, '').replace(/\d+\.+/g, ' ').trim().split(/\s+/);
    return { tags, sans: words.slice(0, -1) };
  });
}

/** Enters a game's moves at the desk, on the board: from one square to another. */
function entered({ tags, sans }: Pgn): JsonObject {
  const isChess960 = tags['Variant'] === 'Chess960';
  const game = gameAt(tags['FEN'] ?? START, isChess960);
  const taps = sans.map((san): Tap => ['move', { uci: game.play(san)?.uci ?? san }]);
  return play(begin({ ...(tags['FEN'] ? { fen: tags['FEN'] } : {}), ...(isChess960 ? { variant: 'chess960' } : {}) }), ...taps);
}

const movesOf = (pgn: string | null) => (pgn ?? '').split('\n\n')[1]?.replace(/\s+/g, ' ').trim();

describe('a game', () => {
  const standard = gamesIn(standardGames).map((game, index) => [`${index + 1}, ${game.tags['Termination']}`, game] as const);
  test.each(standard)('of standard chess %s is seen to end so', (_name, game) => {
    const kind = game.tags['Termination'] ?? '';
    const state = entered(game);
    expect(verdictsFor(state).map(({ how }) => how)).toContain(kind);
    const over = after(state, ['end', { how: kind, by: game.tags['Result'] === '1-0' ? 'black' : 'white' }]);
    expect([over['result'], verdictsFor(over), legalMoves(over)]).toEqual([game.tags['Result'], [], []]);
    const { tags } = game;
    expect(movesOf(pgnOf(over))).toBe(movesOf(`\n\n${numberedFrom(tags['FEN'] ?? START, game.sans)} ${tags['Result']}`));
  });

  const chess960 = gamesIn(chess960Games).map((game) => [game.tags['FEN'] ?? '', game] as const);
  test.each(chess960)('of Chess960 from %s, castled on both sides, is copied with its position', (fen, game) => {
    const state = after(entered(game), ['end', { how: 'resignation', by: game.tags['Result'] === '1-0' ? 'black' : 'white' }]);
    expect(Object.values(state['moves'] as JsonObject)).toEqual(game.sans);
    const pgn = pgnOf(state) ?? '';
    for (const tag of ['[Variant "Chess960"]', '[SetUp "1"]', `[FEN "${fen}"]`, `[Result "${game.tags['Result']}"]`]) expect(pgn).toContain(tag);
    expect(positionsOf(fen, true, game.sans)?.at(-1)?.fen).toBe(state['fen']);
  });

  /** The moves with their numbers, as another program writes them. */
  function numberedFrom(fen: string, sans: readonly string[]): string {
    const [, turn, , , , full = '1'] = fen.split(' ');
    const first = (Number(full) - 1) * 2 + (turn === 'b' ? 2 : 1);
    return sans.map((san, index) => (index === 0 || (first + index) % 2 === 1 ? `${Math.ceil((first + index) / 2)}${(first + index) % 2 ? '.' : '...'} ${san}` : san)).join(' ');
  }
});

describe('a game that goes on', () => {
  test('has no verdict, and a position alone no repetition', () => {
    expect([verdictsFor(play(begin())), verdictsOf([], false)]).toEqual([[], []]);
    expect(verdictsFor({ fen: START, moves: { 1: 'nonsense' } })).toEqual([]);
  });

  test('is drawn by a claim only while nothing ends it by itself', () => {
    const shuffle = (times: number) => Array.from({ length: times }, () => ['g1f3', 'g8f6', 'f3g1', 'f6g8']).flat().map((uci): Tap => ['move', { uci }]);
    expect([1, 2, 4].map((times) => verdictsFor(play(begin(), ...shuffle(times))).map(({ how, isOver }) => `${how} ${isOver}`))).toEqual([
      [], ['threefold false'], ['fivefold true'],
    ]);
  });
});

describe('an ending', () => {
  test.each<[string, JsonObject, string, string]>([
    ['resignation', { how: 'resignation', by: 'black' }, '1-0', 'White won by resignation'],
    ['the other side’s resignation', { how: 'resignation', by: 'white' }, '0-1', 'Black won by resignation'],
    ['the flag', { how: 'time', by: 'white' }, '0-1', 'Black won on time'],
    ['agreement', { how: 'agreement' }, '1/2-1/2', 'Draw by agreement'],
    ['a claimed repetition', { how: 'threefold' }, '1/2-1/2', 'Draw by threefold repetition'],
    ['claimed fifty moves', { how: 'fifty' }, '1/2-1/2', 'Draw by the fifty-move rule'],
    ['forfeit', { how: 'forfeit', by: 'black' }, '1-0', 'White won by forfeit'],
    ['the arbiter', { how: 'arbiter', result: '1/2-1/2' }, '1/2-1/2', 'Draw by the arbiter’s decision'],
    ['the arbiter, for a side', { how: 'arbiter', result: '0-1' }, '0-1', 'Black won by the arbiter’s decision'],
  ])('by %s is told in words', (_name, detail, result, words) => {
    const state = play(begin(), ['move', { uci: 'e2e4' }], ['end', detail]);
    expect([state['result'], chessHeadline(state), chessSummary(state)?.result]).toEqual([result, words, words]);
    expect(state['commentary']).toBe(`${words}: ${result.replaceAll('1/2', '½').replace('-', '–')}.`);
    expect(() => chessRules.play(state, ['move', { uci: 'e7e5' }])).toThrow('over');
  });

  test.each<[string, JsonObject]>([
    ['checkmate on an open board', { how: 'checkmate' }],
    ['stalemate on an open board', { how: 'stalemate' }],
    ['a resignation of nobody', { how: 'resignation' }],
    ['an arbiter without a result', { how: 'arbiter', result: '2-0' }],
    ['a word', { how: 'constructor' }],
    ['nothing', {}],
  ])('by %s is refused', (_name, detail) => {
    expect(() => play(begin(), ['end', detail])).toThrow(NotAllowed);
  });

  test('of 0.1.0 keeps its words, and is told by its points', () => {
    const state = play(begin(), ['result', { result: '1-0', how: 'resigns' }]);
    expect([state['commentary'], state['outcome'], chessHeadline(state)]).toEqual(['White wins (resigns): 1-0.', undefined, 'White won']);
  });

  test.each([['½-½', 'Draw'], ['0–1', 'Black won'], ['*', 'Not finished'], ['adjourned', 'Result adjourned']])('of another app, %s, is %s', (result, words) => {
    expect(outcomeOf({ result })).toBe(words);
  });

  // Who can mate, as python-chess judges these positions.
  test.each<[string, boolean, boolean]>([
    ['8/8/4k3/8/8/4K3/8/8 w - - 0 1', false, false],
    ['8/8/4k3/8/8/4K3/8/4N3 w - - 0 1', false, false],
    ['8/8/4k3/8/8/4K3/8/3NN3 w - - 0 1', true, false],
    ['8/8/4k3/4p3/8/4K3/8/4N3 w - - 0 1', true, true],
    ['8/8/4k3/4q3/8/4K3/8/4N3 w - - 0 1', false, true],
    ['8/8/4k3/4r3/8/4K3/8/4N3 w - - 0 1', true, true],
    ['8/8/4k3/8/8/4K3/8/4B3 w - - 0 1', false, false],
    ['8/8/4kb2/8/8/4K3/8/4B3 w - - 0 1', false, false],
    ['8/8/3bk3/8/8/4K3/8/5B2 w - - 0 1', true, true],
    ['8/8/4k3/4p3/8/4K3/8/4B3 w - - 0 1', true, true],
    ['8/8/4k3/4r3/8/4K3/8/4B3 w - - 0 1', false, true],
    ['8/8/4k3/8/8/4K3/4P3/8 w - - 0 1', true, false],
    ['8/8/4k3/8/8/4K3/8/3BN3 w - - 0 1', true, false],
  ])('on time in %s needs men to mate with', (fen, white, black) => {
    expect([canMate(fen, 'white'), canMate(fen, 'black')]).toEqual([white, black]);
    const over = play(begin({ fen }), ['end', { how: 'time', by: 'black' }]);
    expect([over['result'], over['outcome']]).toEqual(white ? ['1-0', 'White won on time'] : ['1/2-1/2', 'Draw: Black ran out of time, and White cannot mate']);
  });
});

describe('clocks', () => {
  const timed = play(begin({ clock: { minutes: '5', increment: '3' } }));
  const running = after(timed, ['clock', { white: 300_000, black: 300_000, running: 'white', at: 1_000_000 }]);

  test('stand until they are started, and then one runs at a time', () => {
    expect([readChess(timed)?.clocks, timed['timeControl']]).toEqual([{ white: 300_000, black: 300_000, at: 0, running: null }, '300+3']);
    expect(chessSummary(timed)?.clock).toBeUndefined();
    expect(chessSummary(running)?.clock).toEqual({ running: true, at: 1_000_000, value: 300_000, direction: 'down', limit: 0 });
  });

  test('change with the move, which gets its increment', () => {
    const moved = after(running, ['move', { uci: 'e2e4', at: 1_010_000 }]);
    expect(moved['clocks']).toEqual({ white: 293_000, black: 300_000, running: 'black', at: 1_010_000, increment: 3_000 });
    const board = readChess(moved);
    expect(board?.clocks && [leftAt(board.clocks, 'white', 1_030_000), leftAt(board.clocks, 'black', 1_030_000)]).toEqual([293_000, 280_000]);
    const summary = chessSummary(moved);
    expect(summary && clockWords('chess', summary, 1_030_000)).toBe('4:40');
  });

  test('do not run for moves without a time, nor while they stand', () => {
    expect(after(running, ['move', { uci: 'e2e4' }])['clocks']).toEqual(running['clocks']);
    expect(after(timed, ['move', { uci: 'e2e4', at: 9e9 }])['clocks']).toEqual(timed['clocks']);
    expect(play(begin(), ['move', { uci: 'e2e4', at: 9e9 }])['clocks']).toBeUndefined();
  });

  test('stop with the game, and never show less than nothing', () => {
    const over = after(running, ['end', { how: 'time', by: 'white', at: 2_000_000 }]);
    expect([over['clocks'], chessSummary(over)?.clock]).toEqual([{ white: 0, black: 300_000, at: 2_000_000, increment: 3_000 }, undefined]);
  });

  test('are entered as they are read', () => {
    const state = play(begin(), ['clock', { white: 5_025_000, black: 60_000, running: 'black', at: 7 }]);
    expect([state['commentary'], readChess(state)?.clocks?.running]).toEqual(['Clocks: White 1:23:45, Black 1:00.', 'black']);
    for (const detail of [{ white: 1 }, { white: -1, black: 1, at: 1 }, { white: 1, black: 1 }, { white: '1', black: 1, at: 1 }]) {
      expect(() => play(begin(), ['clock', detail])).toThrow(NotAllowed);
    }
  });

  test.each([['1:23:45', 5_025_000], ['5:00', 300_000], ['90', 5_400_000], [' 0:09 ', 9_000], ['5:60', null], ['', null], ['a', null], ['1:2:3:4', null]])(
    'read %j as %j',
    (text, ms) => {
      expect(readTimeLeft(text)).toBe(ms);
    },
  );
});

describe('a set-up position', () => {
  test('is where the game begins, with Black to move and the moves numbered from there', () => {
    const fen = '4k3/P7/8/8/8/8/8/4K2R b K - 3 40';
    const state = play(begin({ fen }), ['move', { uci: 'e8d7' }], ['move', { uci: 'a7a8q' }]);
    expect([state['initialFen'], state['ply'], state['moves']]).toEqual([fen, 81, { 80: 'Kd7', 81: 'a8=Q' }]);
    expect(movesOf(pgnOf(state))).toBe('40... Kd7 41. a8=Q *');
    expect(pgnOf(state)).toContain(`[SetUp "1"]\n[FEN "${fen}"]`);
  });

  test('may be given without its counters', () => {
    expect(checkedPosition(' 4k3/8/8/8/8/8/4P3/4K3 w ', false)).toEqual({ fen: '4k3/8/8/8/8/8/4P3/4K3 w - - 0 1' });
  });

  test.each([
    ['no position', 'chess'],
    ['no kings', '8/8/8/8/8/8/8/8 w - - 0 1'],
    ['two kings', 'kk6/8/8/8/8/8/8/4K3 w - - 0 1'],
    ['a pawn on the last rank', '4k2P/8/8/8/8/8/8/4K3 w - - 0 1'],
    ['the side in check that is not to move', '4k3/8/8/8/8/8/4R3/4K3 w - - 0 1'],
    ['castling without its rook', '4k3/8/8/8/8/8/8/4K3 w K - 0 1'],
    ['castling with a king elsewhere', '4k3/8/8/8/8/8/8/3K3R w K - 0 1'],
    ['markup', '<img src=x onerror=alert(1)> w - - 0 1'],
  ])('is refused with %s', (_name, fen) => {
    expect(checkedPosition(fen, false)).toHaveProperty('problem');
    expect(() => play(begin({ fen }))).toThrow(NotAllowed);
  });
});

describe('Chess960', () => {
  test.each([[0, 'BBQNNRKR'], [518, 'RNBQKBNR'], [959, 'RKRNNQBB']])('has position %i: %s', (number, men) => {
    expect(chess960Start(number)).toBe(`${men.toLowerCase()}/pppppppp/8/8/8/8/PPPPPPPP/${men} w KQkq - 0 1`);
  });

  test('takes rights by the files of the rooks', () => {
    expect(checkedPosition('1r2k2r/8/8/8/8/8/8/1R2K2R w HBhb - 0 1', true)).toEqual({ fen: '1r2k2r/8/8/8/8/8/8/1R2K2R w KQkq - 0 1' });
    expect(checkedPosition('4k3/8/8/8/8/8/8/1R2K2R w HC - 0 1', true)).toHaveProperty('problem');
  });

  test('castles with the rook that began there, though another one stands outside it', () => {
    const state = play(
      begin({ fen: '4k3/8/8/8/8/8/7R/4K1R1 w K - 0 1', variant: 'chess960' }),
      ...['h2h1', 'e8d7'].map((uci): Tap => ['move', { uci }]),
    );
    const castled = chessRules.play(state, ['move', { uci: 'e1g1' }]);
    expect([castled['move'], String(castled['fen']).split(' ')[0]]).toMatchObject([{ san: 'O-O' }, '8/3k4/8/8/8/8/8/5RKR']);
  });
});

test('promotions are listed with the queen first', () => {
  const state = play(begin({ fen: '7k/P7/8/8/8/8/8/4K3 w - - 0 1' }));
  expect(legalMoves(state).map(({ san }) => san).filter((san) => san.startsWith('a8'))).toEqual(['a8=Q+', 'a8=R+', 'a8=B', 'a8=N']);
});

test('a PGN has its tags escaped, and none is made of moves in another notation', () => {
  const data = { white: 'A "B" \\\n]', black: {}, moves: { 1: 'e4' }, result: '1-0', tournament: 'T', date: '1999-01-20' };
  expect(pgnOf(data)).toContain('[White "A \\"B\\" \\\\ ]"]');
  expect(pgnOf(data)).toContain('[Event "T"]\n[Site "?"]\n[Date "1999.01.20"]');
  expect([pgnOf({ moves: { 1: 'e2-e4]' } }), pgnOf({}), pgnOf({ moves: [] })]).toEqual([null, null, null]);
});

test('an entry that the rules do not know is named as such', () => {
  expect(() => play(begin(), ['offer', {}])).toThrow(UnknownTap);
});

test('any game that is entered is stepped through, copied, and judged without a throw', () => {
  fc.assert(
    fc.property(fc.nat({ max: 959 }), fc.boolean(), fc.array(fc.nat(), { maxLength: 60 }), (number, isChess960, choices) => {
      let state = play(begin(isChess960 ? { fen: chess960Start(number), variant: 'chess960' } : {}));
      for (const choice of choices) {
        const moves = legalMoves(state);
        const move = moves[choice % moves.length];
        if (move === undefined) break;
        state = chessRules.play(state, ['move', { uci: move.uci }]);
      }
      const sans = Object.values(state['moves'] ?? {}) as string[];
      const positions = positionsOf(String(state['initialFen'] ?? START), isChess960, sans);
      expect([positions?.length, positions?.at(-1)?.fen]).toEqual([sans.length + 1, state['fen']]);
      expect(verdictsFor(state).length > 0 || legalMoves(state).length > 0).toBe(true);
      expect(pgnOf(state) === null).toBe(sans.length === 0);
    }),
    { numRuns: 15 },
  );
}, 60_000);
