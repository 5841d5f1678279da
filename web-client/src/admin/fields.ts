// Converts an event between the administrator's form and the server's payload.
import { isObject } from '../lib/merge';
import { readText } from '../lib/read';
import type { EventFields } from '../lib/desk';
import type { EventInfo } from '../lib/wire';
import type { Action } from '../protocol/Action';

export interface Fields {
  /** New events only: the event's name in URLs. If it is empty, the server chooses one. */
  eventId: string;
  title: string;
  sport: string;
  /** The value of a `datetime-local` field, in the browser's time zone; empty for none. */
  startsAt: string;
  /** One name per line. */
  competitors: string;
  actions: Action[];
  messages: boolean;
}

export const noFields: Fields = { eventId: '', title: '', sport: '', startsAt: '', competitors: '', actions: [], messages: true };
export const newAction: Action = { name: '', points: 10, minMs: 1_000, cooldownMs: 10_000, dailyCap: 100 };

export function fieldsOf(event: EventInfo): Fields {
  const { eventId, title, sport, actions, messages } = event;
  return {
    eventId,
    title,
    sport,
    messages,
    startsAt: event.startsAt === null ? '' : localTime(event.startsAt),
    competitors: (namesOf(event.competitors) ?? []).join('\n'),
    actions: actions.map((action) => ({ ...action })),
  };
}

/** The names of competitors, which may be names or objects with a `name`. Null for any other data, which the form leaves unchanged. */
export function namesOf(competitors: unknown): string[] | null {
  if (competitors === null || competitors === undefined) return [];
  if (!Array.isArray(competitors)) return null;
  const names = competitors.map((one) => readText(isObject(one) ? one['name'] : one));
  return names.every((name) => name !== null) ? names : null;
}

/** The payload to send. A competitor whose name stays keeps its other members. */
export function payloadOf(fields: Fields, known: EventInfo | null): EventFields {
  const names = fields.competitors.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const before = known?.competitors;
  const kept = Array.isArray(before) ? before.filter(isObject) : [];
  const competitors = names.map((name) => kept.find((one) => one['name'] === name) ?? { name });
  return {
    title: fields.title.trim(),
    sport: fields.sport.trim(),
    startsAt: fields.startsAt === '' ? null : new Date(fields.startsAt).getTime(),
    competitors: namesOf(before) === null ? before : competitors.length > 0 ? competitors : null,
    actions: fields.actions.map((action) => ({ ...action, name: action.name.trim() })),
    messages: fields.messages,
  };
}

/** `2026-11-21T15:40`, in the browser's time zone. */
function localTime(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
