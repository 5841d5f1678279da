// An event as an administrator's form has it, and as the server takes it.
import { isObject } from '../lib/merge';
import { readText } from '../lib/read';
import type { EventFields } from '../lib/desk';
import type { EventInfo } from '../lib/wire';
import type { Action } from '../protocol/Action';

export interface Fields {
  /** For a new event alone: what it is called in addresses; the server chooses where it is empty. */
  eventId: string;
  title: string;
  sport: string;
  /** As a field of the type datetime-local has it, in the time of this browser; empty for none. */
  startsAt: string;
  /** One name a line. */
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

/** The names of competitors that are a list of names, or of objects with one; null for other data, which is left alone. */
export function namesOf(competitors: unknown): string[] | null {
  if (competitors === null || competitors === undefined) return [];
  if (!Array.isArray(competitors)) return null;
  const names = competitors.map((one) => readText(isObject(one) ? one['name'] : one));
  return names.every((name) => name !== null) ? names : null;
}

/** What is sent. What is known of a competitor beside the name stays with the name. */
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

/** `2026-11-21T15:40`, by the clock of this browser. */
function localTime(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
