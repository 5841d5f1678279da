// Stepping through a game: the position that a viewer looks at. It follows the game until the viewer steps back; then new moves
// are only announced. The rules of chess load with the first step.
import type { JsonObject } from '../lib/wire';
import { readText } from '../lib/read';
import { sansOf } from './chess';
import type { Played } from './chessGame';

type Rules = typeof import('./chessGame');

export class Steps {
  /** How many moves the shown position has; null follows the game. */
  #at = $state<number | null>(null);
  /** How many moves the game had when the viewer stepped back. */
  #known = $state(0);
  #rules = $state.raw<Rules | null>(null);
  /** Whether the rules could not be loaded. */
  failed = $state(false);
  readonly #data: () => JsonObject;

  constructor(data: () => JsonObject) {
    this.#data = data;
  }

  readonly #sans = $derived.by(() => sansOf(this.#data()));
  readonly count = $derived(this.#sans.length);
  /** The positions of the game, the starting one first. Null until they are needed, and if the moves do not lead to the position. */
  readonly #positions = $derived.by((): Played[] | null => {
    if (this.#rules === null) return null;
    const data = this.#data();
    const start = readText(data['initialFen']) ?? this.#rules.START;
    const positions = this.#rules.positionsOf(start, data['variant'] === 'chess960', this.#sans);
    const men = (fen: string | null | undefined) => fen?.trim().split(/\s+/)[0];
    return men(positions?.at(-1)?.fen) === men(readText(data['fen'])) ? positions : null;
  });
  /** The shown position; null where it is the game's own. */
  readonly shown = $derived(this.#at === null || this.#at >= this.count ? null : (this.#positions?.[this.#at] ?? null));
  /** The number of moves of the shown position. */
  readonly at = $derived(this.shown === null ? this.count : (this.#at ?? this.count));
  /** How many moves were made since the viewer stepped back. */
  readonly unseen = $derived(this.shown === null ? 0 : Math.max(0, this.count - this.#known));
  /** Whether the moves cannot be played again. */
  readonly isBroken = $derived(this.#rules !== null && this.#positions === null);

  /** Shows the position after `count` moves; the last one follows the game again. */
  async go(count: number): Promise<void> {
    if (this.#rules === null) {
      try {
        this.#rules = await import('./chessGame');
        this.failed = false;
      } catch {
        this.failed = true;
        return;
      }
    }
    const place = Math.max(0, Math.min(count, this.count));
    if (this.shown === null) this.#known = this.count;
    this.#at = place >= this.count ? null : place;
  }
}
