// The queue of held points as one reviewer sees it. Pure: each function takes a queue and returns a value.
import type { Case } from '../protocol/Case';

/** Pending reviews, oldest first. */
export type Queue = readonly Case[];

/** Adds reviews. Pages of the list may overlap with live messages, so each id counts once. Decided reviews are left out. */
export function withCases(queue: Queue, cases: readonly Case[]): Queue {
  const byId = new Map([...queue, ...cases].map((one) => [one.id, one]));
  return [...byId.values()].filter(({ status }) => status === 'pending').sort(inOrder);
}

/** Ids sort by time, and the server pages by them. */
function inOrder(a: Case, b: Case): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

export function withoutCase(queue: Queue, id: string): Queue {
  return queue.filter((one) => one.id !== id);
}

/** The selection once `gone` has left the queue: the next review, or else the previous one. */
export function selectionAfter(queue: Queue, selected: string | null, gone: string): string | null {
  if (selected !== gone) return selected;
  const at = queue.findIndex(({ id }) => id === gone);
  return (queue[at + 1] ?? queue[at - 1])?.id ?? null;
}

/** The review `by` places further on, stopping at the ends. */
export function step(queue: Queue, selected: string | null, by: number): string | null {
  const at = queue.findIndex(({ id }) => id === selected);
  if (at < 0) return queue[0]?.id ?? null;
  return queue[Math.min(queue.length - 1, Math.max(0, at + by))]?.id ?? null;
}

/** A sentence that says what was decided. */
export function wordOf(decided: Case, me: string): string {
  const what = `${decided.points} points for ${decided.player.name} ${decided.status}`;
  const by = decided.decided?.by;
  if (!by || by.id === me) return `${what}.`;
  return `${what} by ${by.name}.`;
}
