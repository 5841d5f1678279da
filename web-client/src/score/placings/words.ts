// The taps of a contest in words, for the list of entries and for corrections.
import type { Tap } from '../../lib/outbox';
import { readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';
import { CLOCK, clockTapWords } from '../clock';

const jumps: Record<string, string> = { o: 'cleared', x: 'failed', '-': 'passed', r: 'stops' };

export function words([kind, detail = {}]: Tap): string {
  const text = (name: string) => readText(detail[name]) ?? '';
  // A name is recorded with the tap; an older or another program's tap may have none.
  const who = readText(detail['of']) ?? `entry ${text('entry')}`;
  if (kind === 'start') return 'Start list';
  if (kind === 'entry') return `New entry: ${text('name')}`;
  if (kind === 'edit') return `${who}: entry changed`;
  if (kind === 'rename') return `${text('to')}, not ${who}`;
  if (kind === 'status') return `${who}: ${text('status') || 'no status'}`;
  if (kind === 'mark') return `${who}: ${text('mark')}`;
  if (kind === 'attempt') return `${who}: ${attempt(detail)}`;
  if (kind === 'height') return `${detail['jumpOff'] === true ? 'Jump-off at' : 'Bar at'} ${text('height')}`;
  if (kind === 'wind') return `Wind ${text('wind')}`;
  if (kind === 'period') return text('text');
  if (kind === 'venue') return `Venue: ${text('text')}`;
  if (kind === 'result') return 'Result';
  return kind === CLOCK ? clockTapWords(detail) : kind;
}

function attempt(detail: JsonObject): string {
  const mark = readText(detail['mark']) ?? '';
  const number = readText(detail['number']);
  if (number === null) return Object.hasOwn(jumps, mark) ? (jumps[mark] ?? mark) : mark;
  return `attempt ${number}, ${mark === 'x' ? 'a failure' : mark === '-' ? 'passed' : mark}`;
}
