// The entries of a cricket console. An update carries its tap as `[kind, detail]` (lib/outbox.ts), so these shapes are kept
// for good: a new meaning gets a new kind or a new member, and a missing member means what it always meant.
import type { JsonObject } from '../../lib/wire';

/** Ways to be out off a ball. */
export type How = 'bowled' | 'caught' | 'lbw' | 'runOut' | 'stumped' | 'hitWicket' | 'obstructing' | 'hitTwice';

/** Ways to be out, or to be missing, without a ball. `absent` is not out: the side is all out one wicket earlier. */
export type OutHow = 'timedOut' | 'retiredOut' | 'absent';

export type CloseHow = 'declared' | 'rain' | 'captain';
export type ResultHow = 'won' | 'tie' | 'draw' | 'noResult' | 'abandoned' | 'conceded';

export interface WicketDetail {
  how: How;
  /** The fielder, if one was involved. */
  by?: string;
  /** Run out, obstructing: which of the two is out. Missing: the striker. */
  who?: 'striker' | 'partner';
  /** The batter's name, as the scorer saw it. It decides over `who` and over the strike. */
  out?: string;
  /** Run out, obstructing: the end that the next batter goes to. */
  end?: 'striker' | 'bowler';
  /** The next batter; missing for the last wicket. */
  next?: string;
}

/** The details of each kind of entry. Any may carry `anyway`: the reason why it counts although the rules refuse it. */
export interface Details {
  /** Begins the match. Missing: free hits, six balls in an over, one innings each, one run for a no-ball (two in sets of five). */
  start: {
    batting: string;
    bowling: string;
    /** 0: no limit. */
    overs?: number;
    players?: number;
    striker: string;
    partner: string;
    bowler: string;
    toss?: string;
    squads?: Record<string, string[]>;
    freeHits?: boolean;
    ballsInOver?: 5 | 6;
    inningsEach?: 1 | 2;
    noBallRuns?: 1 | 2;
  };
  /** One ball. `runs` does not count the penalty for a fault; `off` may stand with a no-ball. `more`: the over had all its balls already. */
  ball: { runs?: number; boundary?: boolean; fault?: 'wide' | 'noBall'; off?: 'byes' | 'legByes'; wicket?: WicketDetail; more?: true };
  /** The next over. `called`: the umpire ended the last one early; without a bowler, that was the last over of the innings. */
  over: { bowler?: string; called?: true };
  /** Another bowler goes on within the over. With `over` (from 1): who bowled that over of this innings. */
  bowler: { bowler: string; over?: number };
  /** The batters change ends. */
  swap: JsonObject;
  /** A batter retires, not out, and may come back. */
  retire: { who: string; next?: string };
  /** A batter comes in at an end that was left vacant. */
  comesIn: { next: string };
  /** A dismissal without a ball, or a batter who cannot bat. `next` comes in for a batter who is at the wicket. */
  out: { who: string; how: OutHow; next?: string };
  /** Penalty runs. The bowling side's count in its last innings, or in its first if it has not batted. */
  penalty: { to: 'batting' | 'bowling'; runs?: number };
  /** A revised target; in the break, that of the innings to come. */
  target: { runs: number; overs?: number; method?: string };
  /** The overs of this innings; 0: no limit. */
  limit: { overs: number };
  /** Ends the innings. */
  close: { how: CloseHow };
  /** The next innings. Missing `batting`: the side whose turn it is. `super`: a super over, after a tie. */
  innings: { striker: string; partner: string; bowler: string; batting?: string; super?: true; followOn?: true; overs?: number };
  /** Ends the match: by the score, or as `text` and `how` say. Conceded: `winner` is the other side. */
  result: { text?: string; how?: ResultHow; winner?: string };
  /** Another name for a player of `team`, or for a team. */
  rename: { kind: 'player' | 'team'; team?: string; from: string; to: string };
  /** The players of a team, all of them. */
  squad: { team: string; players: string[] };
  toss: { text: string };
  /** A merge patch, in words: what no other entry can say. */
  plain: { patch: JsonObject; text: string };
}

export type Kind = keyof Details;
