// The taps that these rules know, member by member. A newer console may send more; its updates are merged as they were sent,
// because playing them without the new member could be wrong.
import { readObject } from '../../lib/read';
import type { Tap } from '../../lib/outbox';
import type { JsonObject } from '../../lib/wire';
import type { Details, Kind, WicketDetail } from './taps';

const members: { [K in Kind]: Record<keyof Required<Details[K]>, true> } = {
  start: {
    batting: true, bowling: true, overs: true, players: true, striker: true, partner: true, bowler: true, toss: true, squads: true,
    freeHits: true, ballsInOver: true, inningsEach: true, noBallRuns: true,
  },
  ball: { runs: true, boundary: true, fault: true, off: true, wicket: true, more: true },
  over: { bowler: true, called: true },
  bowler: { bowler: true, over: true },
  swap: {},
  retire: { who: true, next: true },
  comesIn: { next: true },
  out: { who: true, how: true, next: true },
  penalty: { to: true, runs: true },
  target: { runs: true, overs: true, method: true },
  limit: { overs: true },
  close: { how: true },
  innings: { striker: true, partner: true, bowler: true, batting: true, super: true, followOn: true, overs: true },
  result: { text: true, how: true, winner: true },
  rename: { kind: true, team: true, from: true, to: true },
  squad: { team: true, players: true },
  toss: { text: true },
  plain: { patch: true, text: true },
};
const inWicket: Record<keyof Required<WicketDetail>, true> = { how: true, by: true, who: true, out: true, end: true, next: true };

/** See `Rules.knows`. */
export function knows([kind, detail = {}]: Tap): boolean {
  if (!Object.hasOwn(members, kind)) return false;
  return onlyHas(detail, { ...members[kind as Kind], anyway: true }) && onlyHas(readObject(detail['wicket']), inWicket);
}

function onlyHas(detail: JsonObject, known: Record<string, true>): boolean {
  return Object.keys(detail).every((name) => Object.hasOwn(known, name));
}
