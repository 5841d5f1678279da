// The messages that these pages use. Their types are generated from the server's, except for the payloads that a client
// sends and the envelope of acknowledgements and HTTP answers.
import type { ActionCompleted } from '../protocol/ActionCompleted';
import type { ActionStarted } from '../protocol/ActionStarted';
import type { Action } from '../protocol/Action';
import type { Board } from '../protocol/Board';
import type { ChallengeAnswer } from '../protocol/ChallengeAnswer';
import type { ErrorBody } from '../protocol/ErrorBody';
import type { Event } from '../protocol/Event';
import type { EventState } from '../protocol/EventState';
import type { EventSummary } from '../protocol/EventSummary';
import type { EventsAnswer } from '../protocol/EventsAnswer';
import type { JoinAnswer } from '../protocol/JoinAnswer';
import type { LeaderboardAnswer } from '../protocol/LeaderboardAnswer';
import type { LoggedUpdate } from '../protocol/LoggedUpdate';
import type { PointsChange } from '../protocol/PointsChange';
import type { Pulse } from '../protocol/Pulse';
import type { Reaction } from '../protocol/Reaction';
import type { Role } from '../protocol/Role';
import type { RoomMessage } from '../protocol/RoomMessage';
import type { ScoreMeta } from '../protocol/ScoreMeta';
import type { Standing } from '../protocol/Standing';
import type { Status } from '../protocol/Status';
import type { Summary } from '../protocol/Summary';
import type { SummaryClock } from '../protocol/SummaryClock';
import type { SummarySide } from '../protocol/SummarySide';
import type { ToClient } from '../protocol/ToClient';
import type { UpdatesAnswer } from '../protocol/UpdatesAnswer';
import type { User } from '../protocol/User';
import type { VerifyAnswer } from '../protocol/VerifyAnswer';
import type { Viewers } from '../protocol/Viewers';

// `Event` is also a DOM type, so a sports event is called `EventInfo` here.
export type {
  Action,
  ActionCompleted,
  ActionStarted,
  Board,
  ErrorBody,
  EventState,
  EventSummary,
  EventsAnswer,
  JoinAnswer,
  LeaderboardAnswer,
  LoggedUpdate,
  PointsChange,
  Pulse,
  Reaction,
  Role,
  RoomMessage,
  ScoreMeta,
  Standing,
  Status,
  Summary,
  SummaryClock,
  SummarySide,
  UpdatesAnswer,
  User,
  VerifyAnswer,
  Viewers,
};
export type EventInfo = Event;
export type Challenge = ChallengeAnswer;

/** A scorer's JSON, which may hold anything. */
export type JsonObject = Record<string, unknown>;

/** A place in an event's history. */
export interface Position {
  epoch: string;
  seq: number;
}

/** Every acknowledgement, and every HTTP answer. */
export type Answer<T> = ({ ok: true } & T) | { ok: false; error: ErrorBody };

/** What a list of events shows. */
export interface ListQuery {
  q?: string;
  sport?: string;
  competition?: string;
  limit?: number;
}

/** The events of a watched list that changed, and the ids of those that left it. */
export interface EventsMessage {
  changed: EventSummary[];
  removed: string[];
}

export type ServerMessages = {
  [Message in ToClient as Message['name']]: (...args: Message['args']) => void;
} & { events: (message: EventsMessage) => void };

type Answered<Payload, T> = (payload: Payload, answer: (answer: Answer<T>) => void) => void;

/** The messages that viewers and players send. Each is acknowledged. */
export interface ClientMessages {
  join: Answered<{ eventId: string; id?: string; since?: Position }, JoinAnswer>;
  leave: Answered<{ eventId: string }, object>;
  score: Answered<{ eventId: string }, Position>;
  'events:watch': Answered<ListQuery, EventsAnswer>;
  'events:unwatch': Answered<Record<string, never>, object>;
  ping: Answered<Record<string, never>, { now: number }>;
  reaction: Answered<{ eventId: string; emoji: string; comment?: string }, object>;
  message: Answered<{ eventId: string; text: string }, object>;
  leaderboard: Answered<{ eventId: string | null }, LeaderboardAnswer>;
  'action:start': Answered<{ eventId: string; action: string }, ActionStarted>;
  'action:complete': Answered<{ ticket: string }, ActionCompleted>;
}
