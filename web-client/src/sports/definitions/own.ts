// The sports that have a console and a board of their own, which no other sport shares.
import type { JsonObject } from '../../lib/wire';

export interface OwnSport {
  sport: 'cricket' | 'football' | 'chess';
  title: string;
  /** Where its rules are published. */
  source: string;
  /** A state in the middle of a match. */
  example: JsonObject;
}

export const ownSports: readonly OwnSport[] = [
  {
    sport: 'cricket',
    title: 'Cricket',
    source: 'The Laws of Cricket (2017 Code, 3rd edition 2022), Marylebone Cricket Club',
    example: {
      innings: 2, batting: 'Meadow Bank', bowling: 'Harbour Lane', runs: 97, wickets: 3, over: '12.3', overs: 20, target: 158,
      required: { runs: 61, balls: 45 },
      first: { team: 'Harbour Lane', runs: 157, wickets: 8, over: '20.0' },
      striker: 'B. Larkspur', partner: 'C. Mistrydale', bowler: 'O. Jessamy', thisOver: ['1', '4', '0'],
      stand: { runs: 34, balls: 21 },
      batters: {
        'B. Larkspur': { order: 1, runs: 44, balls: 31, fours: 5, sixes: 1, out: false, how: 'not out' },
        'C. Mistrydale': { order: 5, runs: 18, balls: 12, fours: 2, sixes: 0, out: false, how: 'not out' },
      },
      bowlers: { 'O. Jessamy': { overs: '2.3', maidens: 0, runs: 19, wickets: 1 } },
      ball: { n: 75, over: '12.3', runs: 0, kind: 'dot', batter: 'B. Larkspur', bowler: 'O. Jessamy', text: 'O. Jessamy to B. Larkspur: no run.' },
      commentary: '12.3 O. Jessamy to B. Larkspur: no run.',
      summary: {
        sides: [{ name: 'Harbour Lane', score: '157/8', detail: '20.0 ov' }, { name: 'Meadow Bank', score: '97/3', detail: '12.3 ov', active: true }],
        note: 'needs 61 from 45 balls',
        period: 'Innings 2',
      },
    },
  },
  {
    sport: 'football',
    title: 'Football',
    source: 'Laws of the Game 2024/25, The International Football Association Board',
    example: {
      period: 'Half-time', minute: '45+7', home: { name: 'Argentina', goals: 2 }, away: { name: 'France', goals: 0 },
      timeline: {
        '0001': { minute: '23', team: 'home', type: 'goal', player: 'Lionel Messi', detail: 'penalty' },
        '0002': { minute: '36', team: 'home', type: 'goal', player: 'Ángel Di María' },
        '0003': { minute: '41', team: 'away', type: 'substitution', player: 'Randal Kolo Muani', off: 'Ousmane Dembélé' },
        '0004': { minute: '45+7', team: 'home', type: 'yellow', player: 'Enzo Fernández' },
      },
      commentary: 'Half-time: Argentina 2, France 0.',
      summary: { sides: [{ name: 'Argentina', score: '2' }, { name: 'France', score: '0' }], period: 'Half-time' },
    },
  },
  {
    sport: 'chess',
    title: 'Chess',
    source: 'FIDE Laws of Chess (2023)',
    example: {
      white: { name: 'Garry Kasparov', rating: 2812 }, black: { name: 'Veselin Topalov', rating: 2700 },
      fen: 'rnbqkb1r/pppp1ppp/5n2/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R w KQkq - 2 3',
      move: { san: 'Nf6', uci: 'g8f6', ply: 4 },
      moves: { '1': 'e4', '2': 'e5', '3': 'Nf3', '4': 'Nf6' },
      clocks: { white: 5_391_000, black: 5_374_000 },
      commentary: '2... Nf6',
      summary: { sides: [{ name: 'Garry Kasparov', active: true }, { name: 'Veselin Topalov' }], note: '2… Nf6' },
    },
  },
];
