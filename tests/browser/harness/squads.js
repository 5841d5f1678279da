// A cricket match with squads, as the desk begins it.

export const north = ['Ann Archer', 'Bea Brook', 'Cat Carey', 'Dot Dale', 'Eve Ellis', 'Flo Frost', 'Gwen Gray', 'Hope Hale', 'Ivy Irons', 'Jo Jarvis', 'Kay Kent']
export const south = ['Zoe Zander', 'Yan Yates', 'Xia Xu', 'Wyn Ward', 'Vic Vale', 'Una Upton', 'Tam Todd', 'Sue Stone', 'Rae Reid', 'Pia Park', 'Oda Oakes']

const [striker, partner] = north
const [bowler] = south
const settings = { overs: 20, players: 11, freeHits: true, ballsInOver: 6, inningsEach: 1 }
const squads = { North: north, South: south }
const start = ['start', { batting: 'North', bowling: 'South', ...settings, striker, partner, bowler, squads }]

/** The first update: its tap, and the state that the rules make of it. */
export const opening = {
  ...settings,
  ...{ innings: 1, batting: 'North', bowling: 'South', runs: 0, wickets: 0, over: '0.0', thisOver: [], striker, partner, bowler, squads },
  commentary: 'North bat first.',
  tap: start,
  extras: { wides: 0, noBalls: 0, byes: 0, legByes: 0, penalties: 0 },
  batters: Object.fromEntries([striker, partner].map((name, at) => [name, { order: at + 1, runs: 0, balls: 0, fours: 0, sixes: 0, out: false, how: 'not out' }])),
  bowlers: { [bowler]: { overs: '0.0', maidens: 0, runs: 0, wickets: 0 } },
  fall: {},
  stand: { runs: 0, balls: 0 },
  progress: { 1: { runs: 0, wickets: 0, bowler, balls: 0, conceded: 0, taken: 0 } },
}

export const squadMatch = { sport: 'cricket', title: 'North v South, Twenty20', updates: [opening] }
