// The queue of held points as one reviewer sees it. Pure: each function takes a queue and what came.
import type { Case } from '../protocol/Case';

/** Pending reviews, the longest waiting first. */
export type Queue = readonly Case[];

/** With further reviews: pages of the list overlap with what comes live. Decided ones never come in. */
export function withCases(queue: Queue, cases: readonly Case[]): Queue {
  const byId = new Map([...queue, ...cases].map((one) => [one.id, one]));
  return [...byId.values()].filter(({ status }) => status === 'pending').sort(inOrder);
}

/** Ids grow with time, and the server pages by them. */
function inOrder(a: Case, b: Case): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

export function withoutCase(queue: Queue, id: string): Queue {
  return queue.filter((one) => one.id !== id);
}

/** What is looked at once `id` has gone: the one behind it, else the one before. */
export function selectionAfter(queue: Queue, selected: string | null, gone: string): string | null {
  if (selected !== gone) return selected;
  const at = queue.findIndex(({ id }) => id === gone);
  return (queue[at + 1] ?? queue[at - 1])?.id ?? null;
}

/** The one so many places further on; it stops at the ends. */
export function step(queue: Queue, selected: string | null, by: number): string | null {
  const at = queue.findIndex(({ id }) => id === selected);
  if (at < 0) return queue[0]?.id ?? null;
  return queue[Math.min(queue.length - 1, Math.max(0, at + by))]?.id ?? null;
}

/** A decision in a sentence. */
export function wordOf(decided: Case, me: string): string {
  const what = `${decided.points} points of ${decided.player.name}: ${decided.status}`;
  const by = decided.decided?.by;
  if (!by || by.id === me) return `${what}.`;
  return `${what} just now by ${by.name}.`;
}
