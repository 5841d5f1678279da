// Each tap in a few words, for the scorer's list of entries.
import { readObject, readText } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import { dismissals, scoredOff, several, type Delivery } from './delivery';
import { count } from './figures';
import type { How, Kind } from './taps';

const text = (detail: JsonObject, field: string) => readText(detail[field]) ?? '';

const wordsFor: Record<Kind, (detail: JsonObject) => string> = {
  start: () => 'Start of the match',
  ball: wordsOfBall,
  over: (detail) => {
    const bowler = text(detail, 'bowler');
    return detail['called'] === true ? `Over called${bowler && `; new over: ${bowler}`}` : `New over: ${bowler}`;
  },
  bowler: (detail) => {
    const over = count(detail['over']);
    return over > 0 ? `Over ${over} was bowled by ${text(detail, 'bowler')}` : `Bowler replaced: ${text(detail, 'bowler')}`;
  },
  swap: () => 'Strike swapped',
  retire: (detail) => `${text(detail, 'who')} retires`,
  comesIn: (detail) => `${text(detail, 'next')} comes in`,
  out: (detail) => `${text(detail, 'who')} ${{ timedOut: 'timed out', retiredOut: 'retired out', absent: 'absent' }[text(detail, 'how')] ?? 'out'}`,
  penalty: (detail) => `${several(count(detail['runs']) || 5, 'penalty run')} to the ${detail['to'] === 'bowling' ? 'bowling' : 'batting'} side`,
  target: (detail) => `Target ${text(detail, 'runs')}${detail['overs'] === undefined ? '' : ` in ${several(count(detail['overs']), 'over')}`}`,
  limit: (detail) => (count(detail['overs']) === 0 ? 'No limit of overs' : `Innings of ${several(count(detail['overs']), 'over')}`),
  close: (detail) => ({ declared: 'Declaration', rain: 'Innings ended by rain' })[text(detail, 'how')] ?? 'Innings closed',
  innings: (detail) => (detail['super'] === true ? 'Super over' : detail['followOn'] === true ? 'Follow-on' : 'Next innings'),
  result: () => 'End of the match',
  rename: (detail) => `${text(detail, 'to')}, not ${text(detail, 'from')}`,
  squad: (detail) => `Players of ${text(detail, 'team')}`,
  toss: () => 'Toss',
  plain: (detail) => text(detail, 'text'),
};

export function words([kind, detail = {}]: Tap): string {
  return Object.hasOwn(wordsFor, kind) ? wordsFor[kind as Kind](detail) : kind;
}

function wordsOfBall(detail: JsonObject): string {
  const how = dismissals[text(readObject(detail['wicket']), 'how') as How] as string | undefined;
  const ball = { fault: null, off: 'bat', boundary: false, runs: 0, wicket: null, ...detail } as Delivery;
  const scored = scoredOff(ball);
  if (how === undefined) return scored;
  return ball.runs > 0 || ball.fault ? `${how} (${scored})` : how;
}
