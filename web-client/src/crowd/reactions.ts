// The reactions that the bar offers, and how their counts are shown.

/** The emoji that a tap can send. */
export const offered = ['👏', '🔥', '❤️', '😮', '😂', '😢'];
const names: Record<string, string> = {
  '👏': 'applause',
  '🔥': 'fire',
  '❤️': 'heart',
  '😮': 'wow',
  '😂': 'laughter',
  '😢': 'tears',
};

/** How many other emoji are shown. */
const OTHERS = 4;

export function nameOf(emoji: string): string {
  return names[emoji] ?? emoji;
}

/** Emoji that viewers sent and the bar does not offer, most frequent first. */
export function othersIn(totals: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(totals)
    .filter(([emoji]) => !offered.includes(emoji) && emoji !== 'other')
    .sort(([, a], [, b]) => b - a)
    .slice(0, OTHERS);
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `7`, `1.2K`. */
export function inShort(count: number): string {
  return compact.format(count);
}
