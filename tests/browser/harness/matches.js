// Scores in the demo's shape, for the pages to show.

const ball = (over, batter, words) => {
  const text = `Okafor to ${batter}: ${words}`
  return { ball: { over, batter, bowler: 'Okafor', text }, commentary: `${over} ${text}` }
}

export const cricket = {
  sport: 'cricket',
  title: 'Northfield v Riverside, Twenty20',
  updates: [
    {
      innings: 2,
      batting: 'Northfield',
      bowling: 'Riverside',
      first: { team: 'Riverside', runs: 161, wickets: 7, over: '20.0' },
      target: 162,
      required: { runs: 70, balls: 48 },
      over: '12.0',
      runs: 92,
      wickets: 2,
      thisOver: [],
      striker: 'Price',
      partner: 'Rahman',
      bowler: 'Okafor',
      batters: {
        Lindqvist: { order: 1, runs: 31, balls: 22, fours: 4, sixes: 1, out: true, how: 'c Abara b Teller' },
        Rahman: { order: 2, runs: 41, balls: 33, fours: 5, sixes: 0, out: false, how: 'not out' },
        Moss: { order: 3, runs: 2, balls: 3, fours: 0, sixes: 0, out: true, how: 'lbw b Okafor' },
        Price: { order: 4, runs: 12, balls: 14, fours: 1, sixes: 0, out: false, how: 'not out' },
      },
      bowlers: {
        Teller: { overs: '4.0', maidens: 0, runs: 29, wickets: 1 },
        Okafor: { overs: '3.0', maidens: 0, runs: 21, wickets: 1 },
      },
      commentary: 'Northfield need 70 from 48 balls.',
    },
    {
      over: '12.1',
      runs: 93,
      thisOver: ['1'],
      striker: 'Rahman',
      partner: 'Price',
      required: { runs: 69, balls: 47 },
      batters: { Price: { runs: 13, balls: 15 } },
      bowlers: { Okafor: { overs: '3.1', runs: 22 } },
      ...ball('12.1', 'Price', '1 run.'),
    },
    {
      over: '12.2',
      runs: 97,
      thisOver: ['1', '4'],
      required: { runs: 65, balls: 46 },
      batters: { Rahman: { runs: 45, balls: 34, fours: 6 } },
      bowlers: { Okafor: { overs: '3.2', runs: 26 } },
      ...ball('12.2', 'Rahman', 'FOUR.'),
    },
    {
      over: '12.3',
      wickets: 3,
      thisOver: ['1', '4', 'W'],
      striker: 'Desai',
      partner: 'Price',
      required: { balls: 45 },
      batters: {
        Rahman: { balls: 35, out: true, how: 'b Okafor' },
        Desai: { order: 5, runs: 0, balls: 0, fours: 0, sixes: 0, out: false, how: 'not out' },
      },
      bowlers: { Okafor: { overs: '3.3', wickets: 2 } },
      ...ball('12.3', 'Rahman', 'no run, OUT! Rahman b Okafor 45 (35).'),
    },
  ],
}

const goal = (minute, player, team, detail) => ({ minute, type: 'goal', player, team, ...(detail ? { detail } : {}) })

/** The World Cup final of 18 December 2022, up to the 81st minute. */
export const football = {
  sport: 'football',
  title: 'Argentina v France, World Cup final 2022',
  updates: [
    { minute: '1', period: 'First half', home: { name: 'Argentina', goals: 0 }, away: { name: 'France', goals: 0 }, timeline: {}, commentary: 'Kick-off.' },
    { minute: '23', home: { goals: 1 }, timeline: { '0001': goal('23', 'Lionel Messi', 'home', 'penalty') }, commentary: 'Messi from the spot: 1–0.' },
    { minute: '36', home: { goals: 2 }, timeline: { '0002': goal('36', 'Ángel Di María', 'home') }, commentary: 'Di María ends a fast break: 2–0.' },
    {
      minute: '41',
      timeline: { '0003': { minute: '41', type: 'substitution', player: 'Randal Kolo Muani', team: 'away', off: 'Ousmane Dembélé' } },
      commentary: 'France change two before half-time.',
    },
    { minute: '79' },
    { minute: '80', period: 'Second half', away: { goals: 1 }, timeline: { '0004': goal('80', 'Kylian Mbappé', 'away', 'penalty') }, commentary: 'Mbappé from the spot: 2–1.' },
    { minute: '81', away: { goals: 2 }, timeline: { '0005': goal('81', 'Kylian Mbappé', 'away') }, commentary: 'A volley, a minute later: 2–2.' },
  ],
}

const operaMoves =
  'e4 e5 Nf3 d6 d4 Bg4 dxe5 Bxf3 Qxf3 dxe5 Bc4 Nf6 Qb3 Qe7 Nc3 c6 Bg5 b5 Nxb5 cxb5 Bxb5+ Nbd7 O-O-O Rd8 Rxd7 Rxd7 Rd1 Qe6 Bxd7+ Nxd7 Qb8+ Nxb8'.split(' ')
const moves = (from, to) => Object.fromEntries(operaMoves.slice(from - 1, to).map((san, index) => [from + index, san]))

/** Paul Morphy's game at the Paris opera, 1858, before the last move. */
export const chess = {
  sport: 'chess',
  title: 'Morphy v Duke Karl and Count Isouard, Paris 1858',
  updates: [
    {
      ply: 31,
      move: { ply: 31, san: 'Qb8+', uci: 'b3b8', text: '16. Qb8+' },
      fen: '1Q2kb1r/p2n1ppp/4q3/4p1B1/4P3/8/PPP2PPP/2KR4 b k - 1 16',
      moves: moves(1, 31),
      white: { name: 'Paul Morphy' },
      black: { name: 'Duke Karl and Count Isouard' },
      commentary: 'Morphy gives his queen.',
    },
    {
      ply: 32,
      move: { ply: 32, san: 'Nxb8', uci: 'd7b8', text: '16... Nxb8' },
      fen: '1n2kb1r/p4ppp/4q3/4p1B1/4P3/8/PPP2PPP/2KR4 w k - 0 17',
      moves: moves(32, 32),
      commentary: 'The knight has to take it.',
    },
  ],
}

/** A sport without its own scoreboard. */
export const rowing = {
  sport: 'rowing',
  title: 'Coxed fours, semi-final A',
  updates: [
    { distance: '1000 m', leader: 'Lane 3', lanes: { 1: { crew: 'Harbour', gap: '+4.10' }, 3: { crew: 'Weir', gap: '–' }, 5: { crew: 'Old Bridge', gap: '+1.85' } } },
    { distance: '1500 m', lanes: { 1: { gap: '+5.02' }, 5: { gap: '+0.97' } } },
  ],
}
