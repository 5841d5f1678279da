// Converts an event between the administrator's form and the server's payload.
import { isObject } from '../lib/merge';
import { cut, readText } from '../lib/read';
import type { EventFields } from '../lib/desk';
import type { EventInfo, JsonObject } from '../lib/wire';
import type { Action } from '../protocol/Action';

export interface Fields {
  /** New events only: the event's name in URLs. If it is empty, the server chooses one. */
  eventId: string;
  /** Empty for one made from the names. */
  title: string;
  sport: string;
  /** The rules of the sport, as data; null for the usual ones. */
  format: unknown;
  /** The value of a `datetime-local` field, in the browser's time zone; empty for none. */
  startsAt: string;
  venue: string;
  competitionId: string;
  competitionTitle: string;
  competitors: Competitor[];
  actions: Action[];
  messages: boolean;
}

/** A competitor in the form. `known` holds the members that the form does not show. */
export interface Competitor {
  name: string;
  short: string;
  /** Such as `#1f6f4a`; empty for none. */
  color: string;
  known: JsonObject;
}

export const noFields: Fields = {
  eventId: '', title: '', sport: '', format: null, startsAt: '', venue: '', competitionId: '', competitionTitle: '', competitors: [], actions: [], messages: true,
};
export const newCompetitor: Competitor = { name: '', short: '', color: '', known: {} };
export const newAction: Action = { name: '', points: 10, minMs: 1_000, cooldownMs: 10_000, dailyCap: 100 };

export function fieldsOf(event: EventInfo): Fields {
  const { eventId, title, sport, actions, messages } = event;
  return {
    eventId,
    title,
    sport,
    messages,
    format: event.format ?? null,
    startsAt: event.startsAt === null ? '' : localTime(event.startsAt),
    venue: event.venue ?? '',
    competitionId: event.competition?.id ?? '',
    competitionTitle: event.competition?.title ?? '',
    competitors: competitorsOf(event.competitors) ?? [],
    actions: actions.map((action) => ({ ...action })),
  };
}

/** The competitors, which may be names or objects with a `name`. Null for any other data, which the form leaves unchanged. */
export function competitorsOf(competitors: unknown): Competitor[] | null {
  if (competitors === null || competitors === undefined) return [];
  if (!Array.isArray(competitors)) return null;
  const read = competitors.map((one) => {
    const known = isObject(one) ? one : {};
    const name = readText(isObject(one) ? one['name'] : one);
    return name === null ? null : { name, short: readText(known['short']) ?? '', color: readText(known['color']) ?? '', known };
  });
  return read.every((one) => one !== null) ? read : null;
}

/** The payload to send. A competitor keeps the members that the form does not show. */
export function payloadOf(fields: Fields, before: EventInfo | null): EventFields {
  const competitors = fields.competitors.filter(({ name }) => name.trim() !== '').map(memberOf);
  const isForm = competitorsOf(before?.competitors) !== null;
  const [id, title] = [fields.competitionId.trim(), fields.competitionTitle.trim()];
  return {
    title: fields.title.trim() || titleFrom(fields.competitors),
    sport: fields.sport.trim(),
    format: fields.format ?? null,
    startsAt: fields.startsAt === '' ? null : new Date(fields.startsAt).getTime(),
    venue: fields.venue.trim() || null,
    competition: title === '' ? null : { id: id || idFrom(title), title },
    competitors: !isForm ? before?.competitors : competitors.length > 0 ? competitors : null,
    actions: fields.actions.map((action) => ({ ...action, name: action.name.trim() })),
    messages: fields.messages,
  };
}

/** A title made from the names of two sides: `Harbour Lane v Old Bridge`. Empty for another number of names. */
export function titleFrom(competitors: readonly Competitor[]): string {
  const names = competitors.map(({ name }) => name.trim()).filter((name) => name !== '');
  return names.length === 2 ? cut(names.join(' v '), 200) : '';
}

function memberOf({ name, short, color, known }: Competitor): JsonObject {
  const { short: _short, color: _color, ...rest } = known;
  return { ...rest, name: name.trim(), ...(short.trim() ? { short: short.trim() } : {}), ...(color ? { color } : {}) };
}

/** An id made from a title: `Sunday League 2026` becomes `sunday-league-2026`. Titles without Latin letters get different ids too. */
export function idFrom(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  if (plain !== '') return plain.slice(0, 64);
  const sum = [...title.trim()].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % 0xffff_fffb, 7);
  return `competition-${sum.toString(36)}`;
}

/** `2026-11-21T15:40`, in the browser's time zone. */
function localTime(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
