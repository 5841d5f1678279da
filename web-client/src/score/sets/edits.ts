// The kinds of entries that a correction can change.

/** The member with the side, by kind. `start` has a form of its own. */
export const edited: Record<string, string> = { point: 'to', begin: 'server', timeout: 'side', serve: 'side' };

export function isEditable(kind: string): boolean {
  return kind === 'start' || Object.hasOwn(edited, kind);
}
