// An event's crowd as a viewer sees it: reactions, messages and the top ten.
// Pure: each function takes a crowd and a message, and returns the next crowd.
import type { Board, PointsChange, Pulse, RoomMessage, Standing } from './wire';

/** How many messages are kept. */
export const KEPT_MESSAGES = 100;
/** How many messages the server sends after a join; fewer if the room has fewer. */
const SENT_AGAIN = 50;

export interface Crowd {
  /** How often each emoji was reacted with since the event began. */
  totals: Readonly<Record<string, number>>;
  /** Oldest first. */
  messages: readonly RoomMessage[];
  /** After a join: the ids of the messages that the server has sent again. Null once the others are removed. */
  confirmed: ReadonlySet<string> | null;
  board: Board | null;
  /** The rank and points of the signed-in player. */
  you: Standing | null;
}

export const emptyCrowd: Crowd = { totals: {}, messages: [], confirmed: null, board: null, you: null };

/** After a join the server sends the last messages again. Messages missing from them were deleted meanwhile. */
export function crowdAfterJoin(crowd: Crowd): Crowd {
  return { ...crowd, confirmed: new Set() };
}

/** Removes deleted messages, once the messages of a join have arrived. */
export function crowdAfterResent(crowd: Crowd): Crowd {
  const { confirmed } = crowd;
  if (confirmed === null) return crowd;
  const [oldest] = confirmed;
  // Messages older than the 50 of a join may still exist.
  const isBeyond = (messageId: string) => confirmed.size >= SENT_AGAIN && oldest !== undefined && messageId < oldest;
  const messages = crowd.messages.filter(({ messageId }) => confirmed.has(messageId) || isBeyond(messageId));
  return { ...crowd, messages, confirmed: null };
}

export function crowdAfterPulse(crowd: Crowd, { reactions }: Pulse): Crowd {
  return { ...crowd, totals: reactions.totals };
}

/** Adds a message. Ids sort by time, so messages may arrive in any order. */
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

/** Takes a board that was pushed or requested. A board older than the shown one is ignored. */
export function crowdAfterBoard(crowd: Crowd, board: Board & { you?: Standing }): Crowd {
  const { eventId, version, top } = board;
  const you = board.you ?? crowd.you;
  if (crowd.board !== null && version < crowd.board.version) return { ...crowd, you };
  return { ...crowd, board: { eventId, version, top }, you };
}

/** Takes a change of the player's own points. */
export function crowdAfterPoints(crowd: Crowd, { rank, total }: PointsChange): Crowd {
  return { ...crowd, you: { rank, points: total } };
}
