// The live feed of a list of events. A server without it, of version 0.2 or older, answers with an error: the list then polls.
import type { Connection } from './connection';
import { retryDelay } from './link';
import type { Answer, EventsAnswer, EventsMessage, ListQuery } from './wire';

export interface FeedListener {
  /** The feed follows the list from here on; `page` is its first page. */
  started: (page: EventsAnswer) => void;
  changed: (message: EventsMessage) => void;
  /** The feed has stopped, by itself or with the connection. */
  stopped: () => void;
}

/** Watches the list while the page is visible, also over new connections, until the returned function is called. */
export function watchList(connection: Connection, query: ListQuery, listener: FeedListener): () => void {
  const { socket } = connection;
  const abort = new AbortController();
  let retry: ReturnType<typeof setTimeout> | undefined;
  let isOn = false;

  const start = async () => {
    clearTimeout(retry);
    if (document.hidden || abort.signal.aborted || !connection.connected) return;
    let answer: Answer<EventsAnswer>;
    try {
      answer = await connection.ask('events:watch', query);
    } catch {
      // The next connection tries again.
      return;
    }
    if (abort.signal.aborted || document.hidden || !connection.connected) return;
    if (answer.ok) {
      isOn = true;
      listener.started(answer);
    } else {
      const delay = retryDelay(answer.error);
      if (delay !== null) retry = setTimeout(start, delay);
    }
  };
  const stop = () => {
    clearTimeout(retry);
    if (!isOn) return;
    isOn = false;
    listener.stopped();
  };
  const take = (message: EventsMessage) => {
    if (isOn) listener.changed(message);
  };

  socket.on('connect', start);
  socket.on('disconnect', stop);
  socket.on('events', take);
  document.addEventListener(
    'visibilitychange',
    () => {
      if (!document.hidden) return void start();
      if (isOn) connection.tell('events:unwatch', {});
      stop();
    },
    { signal: abort.signal },
  );
  if (connection.connected) start();
  else connection.connect();
  return () => {
    abort.abort();
    clearTimeout(retry);
    socket.off('connect', start);
    socket.off('disconnect', stop);
    socket.off('events', take);
    // A following watch replaces this one, so only the last one ends it.
    if (isOn) connection.tell('events:unwatch', {});
  };
}
