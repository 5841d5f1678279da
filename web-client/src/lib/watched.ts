// The state of a watched event, and the part that the page gets.
import { emptyCrowd } from './crowd';
import type { Crowd } from './crowd';
import { emptyFeed } from './feed';
import type { Feed } from './feed';
import { phaseOf } from './link';
import type { Link, Phase } from './link';
import type { ErrorBody, EventInfo, PointsChange, Reaction, Viewers } from './wire';

/** A watched event as the page sees it. */
export interface Watched {
  feed: Feed;
  crowd: Crowd;
  phase: Phase;
  event: EventInfo | null;
  viewers: Viewers | null;
  refusal: ErrorBody | null;
}

export const nothingYet: Watched = {
  feed: emptyFeed,
  crowd: emptyCrowd,
  phase: 'connecting',
  event: null,
  viewers: null,
  refusal: null,
};

export interface Listener {
  /** Called after every change. */
  state: (watched: Watched) => void;
  /** Called for each reaction. */
  reaction?: (reaction: Reaction) => void;
  /** Called when the player's own points change. */
  points?: (change: PointsChange) => void;
}

/** A watched event. */
export interface Watch {
  eventId: string;
  feed: Feed;
  crowd: Crowd;
  link: Link;
  event: EventInfo | null;
  viewers: Viewers | null;
  /** The state was requested and has not arrived yet. */
  asked: boolean;
  /** Whether the log must be read to complete the list of updates. */
  history: 'wanted' | 'loading' | 'settled';
  retry: ReturnType<typeof setTimeout> | undefined;
  placeTimer: ReturnType<typeof setTimeout> | undefined;
  resentTimer: ReturnType<typeof setTimeout> | undefined;
  listener: Listener;
}

export function newWatch(eventId: string, listener: Listener): Watch {
  return {
    eventId,
    feed: emptyFeed,
    crowd: emptyCrowd,
    link: { joined: false, everJoined: false, refusal: null },
    event: null,
    viewers: null,
    asked: false,
    history: 'wanted',
    retry: undefined,
    placeTimer: undefined,
    resentTimer: undefined,
    listener,
  };
}

export function watchedOf({ feed, crowd, link, event, viewers }: Watch): Watched {
  return { feed, crowd, event, viewers, refusal: link.refusal, phase: phaseOf(link, feed, event?.status) };
}
