// The families of sports. The states of a family have the same shape, whatever the sport.
import { readObject } from '../../lib/read';

export const familyNames = ['points', 'sets', 'placings', 'plain'] as const;

export type FamilyName = (typeof familyNames)[number];

/** The family that a format names, though the rest of it may not be readable. */
export function familyIn(format: unknown): FamilyName | null {
  const { family } = readObject(format);
  return familyNames.find((name) => name === family) ?? null;
}
