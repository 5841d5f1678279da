// Where the rules refuse and the umpire does not, the umpire's word wins: the scorer enters the same tap with a reason.
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { NotAllowed } from '../rules';

/** The rules refuse the tap. With `anyway` and a reason in its detail they accept it. */
export class AgainstRules extends NotAllowed {}

export interface Check {
  /** Throws `AgainstRules` unless the tap is allowed, or counts anyway. */
  (isAllowed: boolean, why: string): void;
  /** The reason that overruled the rules; null if nothing had to be overruled. */
  reason: () => string | null;
  /** What was overruled. */
  readonly overruled: readonly string[];
}

export function checkFor(detail: JsonObject): Check {
  const anyway = readText(detail['anyway'])?.trim() || null;
  const overruled: string[] = [];
  const check = (isAllowed: boolean, why: string) => {
    if (isAllowed) return;
    if (anyway === null) throw new AgainstRules(why);
    overruled.push(why);
  };
  return Object.assign(check, { reason: () => (overruled.length > 0 ? anyway : null), overruled });
}

const fieldNames: Record<string, string> = {
  batting: 'batting side',
  bowling: 'bowling side',
  partner: 'non-striker',
  who: 'batter',
  from: 'old name',
  to: 'new name',
  text: 'words',
};

/** A name in a tap. Throws `NotAllowed` if it is missing. */
export function nameIn(detail: JsonObject, field: string): string {
  const name = readText(detail[field])?.trim();
  if (!name) throw new NotAllowed(`Enter the ${fieldNames[field] ?? field}.`);
  return name;
}

/** A whole number in a tap, `least` or more. Throws `NotAllowed` for any other value. */
export function numberIn(detail: JsonObject, field: string, least: number, otherwise: number, problem: string): number {
  const number = detail[field] === undefined ? otherwise : Number(readText(detail[field]) ?? Number.NaN);
  if (!Number.isSafeInteger(number) || number < least) throw new NotAllowed(problem);
  return number;
}

export function oneOf<T extends string>(value: unknown, words: readonly T[]): T | null {
  return words.find((word) => word === value) ?? null;
}
