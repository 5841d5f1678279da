// How each sport reads a scorer's data, including malformed data.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../lib/wire';
import { chessHeadline, chessLine, clockOf, describePosition, readChess, readFen } from './chess';
import { cricketHeadline, cricketLine, readCricket } from './cricket';
import { footballHeadline, footballLine, readFootball } from './football';

const opening = 'rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR b KQkq - 0 1';

describe('a position', () => {
  test('has each piece on its square', () => {
    const position = readFen('4k3/8/8/8/8/8/4P3/4K2R w K - 0 1');
    expect(position).toEqual({
      whiteToMove: true,
      pieces: [
        { piece: 'king', white: false, file: 4, rank: 7 },
        { piece: 'pawn', white: true, file: 4, rank: 1 },
        { piece: 'king', white: true, file: 4, rank: 0 },
        { piece: 'rook', white: true, file: 7, rank: 0 },
      ],
    });
  });

  test.each([
    ['nothing', ''],
    ['seven ranks', '8/8/8/8/8/8/8 w - - 0 1'],
    ['a rank of nine squares', '9/8/8/8/8/8/8/8 w - - 0 1'],
    ['a rank too long', '8p/8/8/8/8/8/8/8 w - - 0 1'],
    ['a rank too short', '7/8/8/8/8/8/8/8 w - - 0 1'],
    ['an unknown piece', 'x7/8/8/8/8/8/8/8 w - - 0 1'],
    ['nobody to move', '8/8/8/8/8/8/8/8'],
    ['markup', '<img src=x onerror=alert(1)>'],
  ])('is not read from %s', (_name, fen) => {
    expect(readFen(fen)).toBeNull();
  });

  test('can be told in words', () => {
    const board = readChess({ fen: '4k3/8/8/8/8/8/4P3/4K3 w - - 0 1' });
    expect(board && describePosition(board)).toBe('White: pawn e2, king e1. Black: king e8.');
  });
});

test('a chess score has its moves in order, and the last one marked', () => {
  const moves = { '2': 'e5', '1': 'e4', '10': 'Nf6', '3': 'Nf3', x: 'no', '0': 'no', '4': {} };
  const board = readChess({ fen: opening, move: { uci: 'e2e4', san: 'e4', ply: 1 }, moves, white: { name: 'A', rating: 2700 }, black: 'B' });
  expect([board?.white, board?.black]).toEqual([
    { name: 'A', rating: '2700' },
    { name: 'B', rating: null },
  ]);
  expect(board?.lastMove).toEqual(['e2', 'e4']);
  expect(board?.moves).toEqual([
    { number: 1, white: 'e4', black: 'e5' },
    { number: 2, white: 'Nf3', black: null },
    { number: 5, white: null, black: 'Nf6' },
  ]);
});

test.each<[unknown, unknown]>([
  [{ white: 61_000, black: '5000' }, { white: 61_000, black: 5_000 }],
  [{ white: 61_000 }, null],
  [{ white: -1, black: 1 }, null],
  [{ white: 'soon', black: {} }, null],
  ['1:00', null],
])('the clocks %j are read as %j', (clocks, read) => {
  expect(readChess({ fen: opening, clocks })?.clocks).toEqual(read);
});

test.each([
  [-1, '0:00'],
  [59_999, '0:59'],
  [245_000, '4:05'],
  [5_025_000, '1:23:45'],
])('%s ms on a clock read %s', (ms, text) => {
  expect(clockOf(ms)).toBe(text);
});

test('a cricket score has its over as balls', () => {
  const board = readCricket({ runs: 98, wickets: '3', over: '12.3', thisOver: ['1', 4, 'W', '1W', 'wd', 'Wd', {}] });
  expect(board?.thisOver).toEqual([
    { label: '1', kind: 'run' },
    { label: '4', kind: 'boundary' },
    { label: 'W', kind: 'wicket' },
    { label: '1W', kind: 'wicket' },
    { label: 'wd', kind: 'run' },
    { label: 'Wd', kind: 'run' },
  ]);
});

test('a cricket score tells who bats now, in batting order, and what is needed', () => {
  const board = readCricket({
    runs: 98,
    wickets: 3,
    striker: 'C',
    partner: 'A',
    batters: { B: { order: 2, out: true, how: 'lbw b Z' }, C: { order: 3, runs: 4 }, A: { order: 1, how: 'not out' } },
    required: { runs: 60, balls: 45 },
    first: { team: 'North', runs: 157, wickets: 8 },
  });
  expect(board?.batters.map(({ name, now, onStrike, note }) => [name, now, onStrike, note])).toEqual([
    ['A', true, false, 'not out'],
    ['B', false, false, 'lbw b Z'],
    ['C', true, true, null],
  ]);
  expect([board?.required, board?.first]).toEqual(['60 from 45 balls', 'North 157/8']);
});

test('a football timeline has the latest first', () => {
  const board = readFootball({
    home: { name: 'A', goals: 1 },
    away: { goals: 0 },
    timeline: {
      '0002': { minute: '36', type: 'Yellow card', player: 'P' },
      '0010': { minute: '80', type: 'goal', team: 'home', detail: 'penalty' },
      '0003': { type: 'substitution', team: 'away', off: 'Q' },
      '0011': { minute: 'pen', type: 'shootout-miss', team: 'B' },
      '0004': 'no entry',
    },
  });
  expect(board?.away.name).toBe('Away');
  expect(board?.timeline.map(({ key, incident, team, detail }) => [key, incident, team, detail])).toEqual([
    ['0011', 'miss', 'B', null],
    ['0010', 'goal', 'A', 'penalty'],
    ['0003', 'change', 'away', 'for Q'],
    ['0002', 'yellow', null, null],
  ]);
});

test('a sport whose fields are missing, or of another kind, is not read', () => {
  const wrong: JsonObject[] = [
    {},
    { runs: {}, wickets: [] },
    { home: 'A', away: 'B' },
    { home: { goals: 1 } },
    { fen: 7 },
    { fen: null, moves: [] },
  ];
  for (const data of wrong) {
    expect([readCricket(data), readFootball(data), readChess(data)]).toEqual([null, null, null]);
  }
});

describe('a headline', () => {
  test.each<[string, string | null, string | null]>([
    ['of cricket', cricketHeadline({ runs: 98, wickets: 3, over: '12.3', commentary: 'Four!' }), '98 for 3 after 12.3 overs. Four!'],
    ['of football', footballHeadline({ home: { name: 'A', goals: 2 }, away: { name: 'B', goals: 0 }, minute: '80' }), 'A 2, B 0'],
    ['of chess', chessHeadline({ fen: opening, move: { san: 'e4', ply: 1 } }), '1. e4. Black to move'],
    ['of a finished game', chessHeadline({ fen: opening, move: { san: 'e4' }, result: '1-0' }), 'White won'],
    ['of nothing', cricketHeadline({}), null],
  ])('%s', (_name, headline, expected) => {
    expect(headline).toBe(expected);
  });
});

describe('a line of the list', () => {
  test.each([
    ['of cricket', cricketLine({ over: '13.0', ball: { over: '12.6', text: 'four' }, commentary: '12.6 four' }), { mark: '12.6', text: 'four' }],
    ['of cricket after a wide', cricketLine({ ball: { n: 9, text: 'wide' }, commentary: '12.6 wide' }), { mark: '12.6', text: 'wide' }],
    ['of cricket after the same words', cricketLine({ ball: { over: '12.6' }, commentary: '12.6 no run' }), { mark: '12.6', text: 'no run' }],
    ['of cricket between innings', cricketLine({ over: '0.0', ball: null, commentary: 'They need 158.' }), { mark: '0.0', text: 'They need 158.' }],
    ['of football', footballLine({ minute: '80', timeline: { '1': { type: 'goal', player: 'P', team: 'A' } } }), { mark: '80′', text: 'goal: P, A' }],
    ['of football in words', footballLine({ minute: '80', commentary: "45+7' Yellow card." }), { mark: '80′', text: 'Yellow card.' }],
    ['of a shoot-out', footballLine({ timeline: { '1': { minute: 'pen' } }, commentary: 'He scores.' }), { mark: 'pen', text: 'He scores.' }],
    ['of chess', chessLine({ move: { san: 'Nf6', ply: 2, text: '1... Nf6' }, commentary: '1... Nf6' }), { mark: '1… Nf6', text: null }],
    ['of the end of a game', chessLine({ result: '1-0', commentary: 'Black resigns.' }), { mark: null, text: 'Black resigns.' }],
    ['of something else', chessLine({ a: 1 }), { mark: null, text: null }],
  ])('%s', (_name, line, expected) => {
    expect(line).toEqual(expected);
  });
});
