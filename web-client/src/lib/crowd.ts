// What a viewer knows of an event's crowd: its reactions, its messages and its ten best.
// Pure: each function takes a crowd and what came, and gives the next crowd.
import type { Board, PointsChange, Pulse, RoomMessage, Standing } from './wire';

/** How many of the last messages are kept. */
export const KEPT_MESSAGES = 100;
/** How many the server sends to who joins; fewer where there are no more. */
const SENT_AGAIN = 50;

export interface Crowd {
  /** How often each emoji was reacted with since the event began. */
  totals: Readonly<Record<string, number>>;
  /** Oldest first. */
  messages: readonly RoomMessage[];
  /** After a join, those that the server has sent again; null once the others were sorted out. */
  confirmed: ReadonlySet<string> | null;
  board: Board | null;
  /** Where the signed-in player stands. */
  you: Standing | null;
}

export const emptyCrowd: Crowd = { totals: {}, messages: [], confirmed: null, board: null, you: null };

/** After a join the server sends the last messages again: what is not among them was deleted meanwhile. */
export function crowdAfterJoin(crowd: Crowd): Crowd {
  return { ...crowd, confirmed: new Set() };
}

/** What a join sends again is here by now. */
export function crowdAfterResent(crowd: Crowd): Crowd {
  const { confirmed } = crowd;
  if (confirmed === null) return crowd;
  const [oldest] = confirmed;
  // What is older than all that fits into a join may still be there.
  const isBeyond = (messageId: string) => confirmed.size >= SENT_AGAIN && oldest !== undefined && messageId < oldest;
  const messages = crowd.messages.filter(({ messageId }) => confirmed.has(messageId) || isBeyond(messageId));
  return { ...crowd, messages, confirmed: null };
}

export function crowdAfterPulse(crowd: Crowd, { reactions }: Pulse): Crowd {
  return { ...crowd, totals: reactions.totals };
}

/** Ids sort by time, so a message takes its place whenever it comes. */
export function crowdAfterMessage(crowd: Crowd, message: RoomMessage): Crowd {
  const { messageId } = message;
  const confirmed = crowd.confirmed === null ? null : new Set([...crowd.confirmed, messageId].sort());
  if (crowd.messages.some((known) => known.messageId === messageId)) return { ...crowd, confirmed };
  const messages = [...crowd.messages, message].sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
  return { ...crowd, confirmed, messages: messages.slice(-KEPT_MESSAGES) };
}

export function crowdAfterDeleted(crowd: Crowd, messageId: string): Crowd {
  return { ...crowd, messages: crowd.messages.filter((message) => message.messageId !== messageId) };
}

/** A board, pushed or asked for; an older one than is shown may come late. */
export function crowdAfterBoard(crowd: Crowd, board: Board & { you?: Standing }): Crowd {
  const { eventId, version, top } = board;
  const you = board.you ?? crowd.you;
  if (crowd.board !== null && version < crowd.board.version) return { ...crowd, you };
  return { ...crowd, board: { eventId, version, top }, you };
}

/** The own points have changed. */
export function crowdAfterPoints(crowd: Crowd, { rank, total }: PointsChange): Crowd {
  return { ...crowd, you: { rank, points: total } };
}
