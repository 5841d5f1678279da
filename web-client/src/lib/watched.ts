// What is known of a watched event, and what a page is told of it.
import { emptyCrowd } from './crowd';
import type { Crowd } from './crowd';
import { emptyFeed } from './feed';
import type { Feed } from './feed';
import { phaseOf } from './link';
import type { Link, Phase } from './link';
import type { ErrorBody, EventInfo, PointsChange, Reaction, Viewers } from './wire';

/** What a page is told of the event it watches. */
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
  /** After every change. */
  state: (watched: Watched) => void;
  /** One reaction, to be shown as it comes. */
  reaction?: (reaction: Reaction) => void;
  /** The own points have changed. */
  points?: (change: PointsChange) => void;
}

/** What is kept of a watched event. */
export interface Watch {
  eventId: string;
  feed: Feed;
  crowd: Crowd;
  link: Link;
  event: EventInfo | null;
  viewers: Viewers | null;
  /** The state was asked for and is not here yet. */
  asked: boolean;
  /** The list of updates: to be read where it is not whole, being read, or left as it is. */
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
