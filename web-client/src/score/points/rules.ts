// The rules of sports of points and periods for the console: which taps there are, and what they do. The sport's own rules are the
// format in the state; nothing here knows a sport.
import { isObject } from '../../lib/merge';
import type { Tap } from '../../lib/outbox';
import { readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { readPointsFormat } from '../../sports/families/points/format';
import { pointsSummary } from '../../sports/families/points/read';
import { bothSides } from '../../sports/families/points/shots';
import { CLOCK, clockTapWords, playClock } from '../clock';
import { inText, renamedWords, type Change } from '../renaming';
import { NotAllowed, startIsNeeded, UnknownTap, type Rules } from '../rules';
import { comeBack, counterOf, countFor, penalize } from './counting';
import { beginPeriod, beginShootOut, conclude, endPeriod, shoot, start } from './periods';
import { score, setAttack, setPlayers, setScore } from './scoring';
import { count, formatOf, markOf, nameOf, scoreOf, sideIn, textIn, withSide } from './state';

export const pointsRules: Rules = {
  play,
  words,
  summary: pointsSummary,
  keepsTap: true,
  knows: ([kind]) => kind === 'start' || Object.hasOwn(taps, kind),
  place: (update) => readText(update['mark']),
  record,
  needed: startIsNeeded,
  check,
};

const taps: Record<string, (state: JsonObject, detail: JsonObject) => JsonObject> = {
  score,
  count: countFor,
  penalty: penalize,
  back: comeBack,
  attack: setAttack,
  players: setPlayers,
  set: setScore,
  period: beginPeriod,
  end: endPeriod,
  shootOut: beginShootOut,
  shot: shoot,
  result: conclude,
  rename,
  [CLOCK]: (state, detail) => (formatOf(state), playClock(state, detail)),
};

/** Taps that are possible after the result: a card may be shown after the end. */
const always = ['result', 'rename', 'penalty'];

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  if (kind === 'start') return marked(start(detail), detail);
  const act = Object.hasOwn(taps, kind) ? taps[kind] : undefined;
  if (act === undefined) throw new UnknownTap(`Sports of points and periods have no entry "${kind}".`);
  if (readText(state['result']) !== null && !always.includes(kind)) throw new NotAllowed('The result is entered. Undo it to score on.');
  return marked(act(state, detail), detail);
}

function marked(state: JsonObject, { at }: JsonObject): JsonObject {
  return { ...state, mark: markOf(state, at) };
}

/** `["rename", {"side", "to"}]`. */
function rename(state: JsonObject, detail: JsonObject): JsonObject {
  formatOf(state);
  const side = sideIn(detail);
  const change: Change = [nameOf(state, side), textIn(detail, 'to', 'the right name')];
  const other = nameOf(state, side === 'home' ? 'away' : 'home');
  if (change[1] === other) throw new NotAllowed('The two sides need different names.');
  if (change[0] === change[1]) throw new NotAllowed('The name is the same.');
  const result = readText(state['result']);
  const renamed = withSide(state, side, { name: change[1], short: undefined });
  return { ...renamed, ...(result === null ? {} : { result: inText(result, change, other) }), commentary: renamedWords(change) };
}

/** A tap keeps the name of its side, for its words in the log. */
function record(state: JsonObject, [kind, detail = {}]: Tap): Tap {
  const { side } = detail;
  if (kind === 'rename') return [kind, { ...detail, from: detail['from'] ?? nameOf(state, side === 'away' ? 'away' : 'home') }];
  if (side !== 'home' && side !== 'away') return [kind, detail];
  const format = kind === 'count' ? readPointsFormat(state['format']) : null;
  const counter = format === null ? null : counterOf(format, readText(detail['counter']) ?? '');
  return [kind, { ...detail, of: nameOf(state, side), ...(counter === null ? {} : { what: counter.name }) }];
}

function words([kind, detail = {}]: Tap): string {
  const text = (field: string) => readText(detail[field]) ?? '';
  const of = text('of') || (detail['side'] === 'away' ? 'away' : 'home');
  const who = text('who') === '' ? of : `${text('who')} (${of})`;
  switch (kind) {
    case 'start':
      return 'Start of the match';
    case 'score':
      return `${text('key')}, ${who}`;
    case 'count':
      return `${text('what') || text('counter')}, ${of}${detail['by'] === -1 ? ', taken back' : ''}`;
    case 'penalty':
      return `${text('name')}, ${who}`;
    case 'back':
      return 'Player back';
    case 'attack':
      return `Attack, ${of}`;
    case 'players':
      return `${text('count')} players, ${of}`;
    case 'set':
      return `Score set to ${text('home')}–${text('away')}`;
    case 'period':
      return `Start of period ${text('number')}`;
    case 'end':
      return 'End of the period';
    case 'shootOut':
      return 'Start of the shoot-out';
    case 'shot':
      return `${detail['scored'] === true ? 'Scored' : 'Missed'}, ${of}`;
    case 'result':
      return 'End of the match';
    case 'rename':
      return `${text('to')}, not ${text('from')}`;
    case CLOCK:
      return clockTapWords(detail);
    default:
      return kind;
  }
}

/** The points of the periods are the score, unless another program keeps no periods. */
function check(state: JsonObject): string | null {
  const periods = Object.values(readObject(state['periods'])).filter(isObject);
  if (periods.length === 0) return null;
  for (const side of bothSides) {
    const sum = periods.reduce((total, points) => total + count(points[side]), 0);
    if (sum !== scoreOf(state, side)) return `The figures do not add up: ${nameOf(state, side)} have ${scoreOf(state, side)} points, but ${sum} in the periods.`;
  }
  return null;
}
