// The page that a URL names. Pages are named after `#`, so changing the page never reloads.
import { filterOf, noFilter, queryOf, type EventFilter } from './eventFilter';

/** The score page's `eventId` is null until an event is chosen. */
export type Route =
  | { page: 'events'; filter: EventFilter }
  | { page: 'event'; eventId: string }
  | { page: 'signin' }
  | { page: 'score'; eventId: string | null }
  | { page: 'review' }
  | { page: 'admin' };

/** The list of all events. */
export const home: Route = { page: 'events', filter: noFilter };

export function routeOf(hash: string): Route {
  const [, path = '', query = ''] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash) ?? [];
  const [page = '', name, ...more] = path.split('/');
  if (path === '') return { page: 'events', filter: filterOf(query) };
  if (more.length > 0) return home;
  const eventId = name === undefined ? null : decoded(name);
  if (page === 'event' && eventId !== null) return { page, eventId };
  if (page === 'score' && (name === undefined || eventId !== null)) return { page, eventId };
  if ((page === 'signin' || page === 'review' || page === 'admin') && name === undefined) return { page };
  return home;
}

export function addressOf(route: Route): string {
  if (route.page === 'events') return `#/${queryOf(route.filter)}`;
  if (!('eventId' in route) || route.eventId === null) return `#/${route.page}`;
  return `#/${route.page}/${encodeURIComponent(route.eventId)}`;
}

function decoded(part: string): string | null {
  try {
    return part === '' ? null : decodeURIComponent(part);
  } catch {
    return null;
  }
}
