// The page that a URL names. Pages are named after `#`, so changing the page never reloads.

/** The score page's `eventId` is null until an event is chosen. */
export type Route =
  | { page: 'events' }
  | { page: 'event'; eventId: string }
  | { page: 'signin' }
  | { page: 'score'; eventId: string | null }
  | { page: 'review' }
  | { page: 'admin' };

export function routeOf(hash: string): Route {
  const [page = '', name, ...more] = hash.replace(/^#\/?/, '').split('/');
  if (more.length > 0) return { page: 'events' };
  const eventId = name === undefined ? null : decoded(name);
  if (page === 'event' && eventId !== null) return { page, eventId };
  if (page === 'score' && (name === undefined || eventId !== null)) return { page, eventId };
  if ((page === 'signin' || page === 'review' || page === 'admin') && name === undefined) return { page };
  return { page: 'events' };
}

export function addressOf(route: Route): string {
  if (route.page === 'events') return '#/';
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
