// Which page an address names. Pages live behind `#`, so that a change of page never reloads.

export type Route = { page: 'events' } | { page: 'event'; eventId: string };

export function routeOf(hash: string): Route {
  const found = /^#\/event\/([^/]+)$/.exec(hash)?.[1];
  if (found === undefined) return { page: 'events' };
  try {
    return { page: 'event', eventId: decodeURIComponent(found) };
  } catch {
    return { page: 'events' };
  }
}

export function addressOf(route: Route): string {
  return route.page === 'events' ? '#/' : `#/event/${encodeURIComponent(route.eventId)}`;
}
