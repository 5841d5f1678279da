// The rules of every sport of sets. They read the format from the state, so that a log always replays the same.
// `scoring.ts` has points and sets, `serve.ts` the serve and the ends, `ending.ts` the result and the names.
import { clip, readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { readSetsFormat } from '../../sports/families/sets/format';
import { matchOf, sideOf, unitOf, type Side } from '../../sports/families/sets/match';
import { setsSummary } from '../../sports/families/sets/read';
import { NotAllowed, startIsNeeded, UnknownTap, type Rules } from '../rules';
import { conclude, endings, isEnding, rename } from './ending';
import { closeSet, contradiction, game, point, setScore, timeout } from './scoring';
import { asksServe, begin, changeEnds, opened, setServe } from './serve';
import { namesIn, written } from './state';

const kinds: Record<string, (state: JsonObject, detail: JsonObject) => JsonObject> = {
  start: (_, detail) => start(detail),
  begin,
  point,
  game,
  set: closeSet,
  score: setScore,
  timeout,
  serve: setServe,
  ends: changeEnds,
  result: conclude,
  rename,
};

export const setsRules: Rules = {
  play,
  words,
  summary: setsSummary,
  keepsTap: true,
  knows: ([kind]) => Object.hasOwn(kinds, kind),
  place: (update) => readText(update['mark']),
  record,
  needed: startIsNeeded,
  check: (state) => {
    const match = matchOf(state);
    return match === null ? null : contradiction(state, match);
  },
};

function play(state: JsonObject, [kind, detail = {}]: Tap): JsonObject {
  const make = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (make === undefined) throw new UnknownTap(`This match has no entry "${kind}".`);
  return make(state, detail);
}

/** `home` and `away` are names, or `{name, short}`. `left` is the side that begins at the left end. */
function start(detail: JsonObject): JsonObject {
  const format = readSetsFormat(detail['format']);
  if (format === null) throw new NotAllowed('Choose how the match is played.');
  const [home, away] = [sideFor(detail, 'home'), sideFor(detail, 'away')];
  if (home['name'] === away['name']) throw new NotAllowed('The two sides need different names.');
  const venue = readText(detail['venue'])?.trim();
  const state: JsonObject = { format, home, away, sets: {}, ...(venue ? { venue: clip(venue, 120) } : {}) };
  const match = { format, sets: [], points: { home: 0, away: 0 }, serve: null, server: 1, left: sideOf(detail['left']) ?? 'home', isOver: false };
  const begun = asksServe(format, 1) ? match : opened(match, null);
  return written(state, begun, `${String(home['name'])} against ${String(away['name'])}.`);
}

function sideFor(detail: JsonObject, side: Side): JsonObject {
  const name = (readText(detail[side]) ?? readText(readObject(detail[side])['name']))?.trim();
  if (!name) throw new NotAllowed('Enter the names of both sides.');
  const short = readText(readObject(detail[side])['short'])?.trim();
  return { name: clip(name, 60), ...(short ? { short: clip(short, 12) } : {}) };
}

/** The members of taps that name a side. */
const named: Record<string, string> = { begin: 'server', point: 'to', game: 'to', set: 'to', timeout: 'side', serve: 'side', rename: 'side' };

/** A tap with what its side and its set are called, for its words. */
function record(state: JsonObject, [kind, detail = {}]: Tap): Tap {
  const side = sideOf(detail[named[kind] ?? '']);
  const match = kind === 'set' ? matchOf(state) : null;
  const called = match === null ? {} : { set: `${unitOf(match.format)} ${match.sets.length}` };
  return side === null ? [kind, detail] : [kind, { ...detail, ...called, name: namesIn(state)[side] }];
}

function words([kind, detail = {}]: Tap): string {
  const side = sideOf(detail[named[kind] ?? '']);
  const name = readText(detail['name']) ?? (side === 'away' ? 'Away' : 'Home');
  const { points } = detail;
  const text = (field: string) => readText(detail[field]) ?? '';
  switch (kind) {
    case 'start': return 'Start of the match';
    case 'begin': return side === null ? 'Begin' : `First serve: ${name}`;
    case 'point': return typeof points === 'number' && points > 1 ? `${points} points to ${name}` : `Point to ${name}`;
    case 'game': return `Game to ${name}`;
    case 'set': return `${text('set') || 'Set'} to ${name}`;
    case 'score': return `Score of set ${text('set')}: ${text('home')}–${text('away')}`;
    case 'timeout': return `Timeout ${name}`;
    case 'serve': return `${name} to serve`;
    case 'ends': return 'Change of ends';
    case 'rename': return `${text('to')}, not ${name}`;
    case 'result': return isEnding(detail['how']) ? endings[detail['how']] : 'End of the match';
    default: return kind;
  }
}
