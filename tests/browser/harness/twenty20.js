// A made-up Twenty20 match, ball by ball, in the shape of the cricket console: each update has only what has changed.

const sides = {
  Riverside: ['Abara', 'Teller', 'Okafor', 'Nwosu', 'Haddad', 'Castell', 'Brook', 'Vance', 'Mirza', 'Osei', 'Lund'],
  Northfield: ['Lindqvist', 'Rahman', 'Moss', 'Price', 'Desai', 'Farrow', 'Quist', 'Imrie', 'Salter', 'Dunn', 'Yates'],
}
const BALLS = 120

/** The patch from one state to the next. */
function difference(before, after) {
  const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return Object.fromEntries([...names].flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    if (JSON.stringify(old) === JSON.stringify(now)) return []
    if (now === undefined) return [[name, null]]
    return [[name, isObject(old) && isObject(now) ? difference(old, now) : now]]
  }))
}

const oversOf = (balls) => `${Math.floor(balls / 6)}.${balls % 6}`

/** The kinds and runs of the balls: the same in every run. */
function* deliveries(seed) {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    const dice = Math.floor((state / 2_147_483_648) * 100)
    yield dice < 34 ? ['dot', 0] : dice < 70 ? ['run', 1] : dice < 78 ? ['run', 2] : dice < 88 ? ['four', 4] : dice < 92 ? ['six', 6] : dice < 95 ? ['wide', 1] : ['wicket', 0]
  }
}

/** The match until `balls` of the second innings are played. `told` counts its wickets and boundaries. */
export function twenty20(balls = 75) {
  const updates = []
  let state = {}
  const told = { wicket: 0, boundary: 0 }
  const publish = (next) => {
    updates.push(structuredClone(difference(state, next)))
    state = structuredClone(next)
  }
  const names = Object.keys(sides)
  publish({ overs: 20, players: 11, squads: sides, innings: 1, batting: names[0], bowling: names[1], runs: 0, wickets: 0, over: '0.0', commentary: `${names[0]} bat first.` })
  for (const [innings, batting] of names.entries()) {
    const bowling = names[1 - innings]
    const [team, attack] = [sides[batting], sides[bowling].slice(6)]
    const batters = Object.fromEntries(team.slice(0, 2).map((name, order) => [name, line(order + 1)]))
    const chase = innings === 1 ? { target: state.runs + 1, first: { team: state.batting, runs: state.runs, wickets: state.wickets, over: state.over }, cards: { 1: cardOf(state) } } : {}
    const now = {
      ...(innings === 0 ? state : { overs: 20, players: 11, squads: sides }),
      ...chase, innings: innings + 1, batting, bowling, runs: 0, wickets: 0, over: '0.0', extras: { wides: 0, noBalls: 0, byes: 0, legByes: 0, penalties: 0 },
      striker: team[0], partner: team[1], bowler: attack[0], batters, bowlers: {}, fall: {}, stand: { runs: 0, balls: 0 }, progress: {}, thisOver: [],
      commentary: innings === 0 ? `${batting} send in ${team[0]} and ${team[1]}.` : `${batting} need ${chase.target} to win.`,
    }
    publish(now)
    let legal = 0
    const chances = deliveries(innings + 7)
    for (let n = 1; legal < (innings === 0 ? BALLS : balls) && now.wickets < 9; n += 1) {
      const [kind, runs] = chances.next().value
      const over = Math.floor(legal / 6) + 1
      if (legal % 6 === 0 && now.progress[over] === undefined) {
        now.bowler = attack[(over - 1) % attack.length]
        now.thisOver = []
        now.bowlers[now.bowler] ??= { overs: '0.0', maidens: 0, runs: 0, wickets: 0, balls: 0 }
        now.progress[over] = { runs: 0, wickets: 0, bowler: now.bowler }
      }
      const place = `${over - 1}.${(legal % 6) + 1}`
      const { striker, bowler } = now
      const text = `${bowler} to ${striker}: ${kind === 'wicket' ? `OUT! ${striker} b ${bowler}` : kind === 'dot' ? 'no run' : kind === 'wide' ? 'wide' : kind === 'run' ? `${runs} ${runs === 1 ? 'run' : 'runs'}` : kind.toUpperCase()}.`
      now.runs += runs
      now.progress[over].runs += runs
      now.bowlers[bowler].runs += runs
      now.stand.runs += runs
      if (kind === 'wide') now.extras.wides += 1
      else {
        legal += 1
        now.stand.balls += 1
        now.bowlers[bowler].balls += 1
        now.bowlers[bowler].overs = oversOf(now.bowlers[bowler].balls)
        batters[striker].balls += 1
        batters[striker].runs += runs
        if (kind === 'four') batters[striker].fours += 1
        if (kind === 'six') batters[striker].sixes += 1
      }
      now.over = oversOf(legal)
      now.thisOver = [...now.thisOver, kind === 'wicket' ? 'W' : kind === 'wide' ? 'wd' : String(runs)]
      if (kind === 'wicket') {
        now.wickets += 1
        now.progress[over].wickets += 1
        now.bowlers[bowler].wickets += 1
        Object.assign(batters[striker], { out: true, how: `b ${bowler}` })
        now.fall[now.wickets] = { runs: now.runs, over: place, batter: striker, stand: { ...now.stand, pair: [striker, now.partner] } }
        now.stand = { runs: 0, balls: 0 }
        now.striker = team[now.wickets + 1]
        batters[now.striker] = line(now.wickets + 2)
      }
      if ((runs % 2 === 1 && kind === 'run') !== (legal % 6 === 0 && kind !== 'wide')) [now.striker, now.partner] = [now.partner, now.striker]
      if (innings === 1) now.required = { runs: now.target - now.runs, balls: BALLS - legal }
      now.ball = { n, over: place, runs, kind, batter: striker, bowler, text }
      now.commentary = `${place} ${text}`
      if (kind === 'wicket') told.wicket += 1
      if (kind === 'four' || kind === 'six') told.boundary += 1
      publish(now)
    }
  }
  return { sport: 'cricket', title: 'Northfield v Riverside, the whole Twenty20', updates, told, state }
}

const line = (order) => ({ order, runs: 0, balls: 0, fours: 0, sixes: 0, out: false, how: 'not out' })

function cardOf({ batting, bowling, runs, wickets, over, extras, batters, bowlers, fall, progress }) {
  return { team: batting, bowling, runs, wickets, over, overs: 20, extras, batters, bowlers, fall, progress }
}
