// The messages that these pages use. Their types are generated from the server's, save what a client
// sends, and what an acknowledgement or an HTTP answer is wrapped in.
import type { ErrorBody } from '../protocol/ErrorBody';
import type { Event } from '../protocol/Event';
import type { EventSummary } from '../protocol/EventSummary';
import type { JoinAnswer } from '../protocol/JoinAnswer';
import type { LoggedUpdate } from '../protocol/LoggedUpdate';
import type { ScoreMeta } from '../protocol/ScoreMeta';
import type { Status } from '../protocol/Status';
import type { ToClient } from '../protocol/ToClient';
import type { UpdatesAnswer } from '../protocol/UpdatesAnswer';
import type { Viewers } from '../protocol/Viewers';

// `Event` is what a browser calls its own; a sporting contest has a name of its own here.
export type { ErrorBody, EventSummary, JoinAnswer, LoggedUpdate, ScoreMeta, Status, UpdatesAnswer, Viewers };
export type EventInfo = Event;

/** A scorer's own JSON: anything may be in it. */
export type JsonObject = Record<string, unknown>;

/** A place in an event's history. */
export interface Position {
  epoch: string;
  seq: number;
}

/** Every acknowledgement, and every HTTP answer. */
export type Answer<T> = ({ ok: true } & T) | { ok: false; error: ErrorBody };

export type ServerMessages = {
  [Message in ToClient as Message['name']]: (...args: Message['args']) => void;
};

type Answered<Payload, T> = (payload: Payload, answer: (answer: Answer<T>) => void) => void;

export interface ClientMessages {
  join: Answered<{ eventId: string; since?: Position }, JoinAnswer>;
  leave: (payload: { eventId: string }) => void;
  score: Answered<{ eventId: string }, Position>;
  ping: Answered<Record<string, never>, { now: number }>;
}
