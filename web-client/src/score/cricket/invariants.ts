// What holds of every scorecard: its parts add up. The console checks it after each replay.
import { readEntries, readObject, readText } from '../../lib/read';
import type { JsonObject } from '../../lib/wire';

/** How the figures of an innings contradict each other; null if they do not. See `Rules.check`. */
export function contradiction(state: JsonObject): string | null {
  if (readText(state['runs']) === null) return null;
  const ended = readEntries(state['cards']).map(([, card]) => card);
  const found = [state, ...ended].map((card) => contradictionIn(card, number(state['ballsInOver']) || 6));
  return found.find((one) => one !== null) ?? null;
}

function contradictionIn(card: JsonObject, ballsInOver: number): string | null {
  const batters = readEntries(card['batters']).map(([, batter]) => batter);
  const bowlers = readEntries(card['bowlers']).map(([, bowler]) => bowler);
  const legal = ({ balls, over, overs }: JsonObject) => (balls === undefined ? ballsOf(over ?? overs, ballsInOver) : number(balls));
  const scored = sum(batters, ({ runs }) => number(runs));
  const extras = sum(Object.values(readObject(card['extras'])), number);
  const bowled = sum(bowlers, ({ balls, overs }) => legal({ balls, overs }));
  const out = batters.filter((batter) => batter['out'] === true).length;
  const team = readText(card['batting']) ?? readText(card['team']) ?? 'The side';
  const { runs, wickets, balls, over } = card;
  if (scored + extras !== number(runs)) return `The figures do not add up: ${team} have ${number(runs)} runs, but the batters ${scored} and ${extras} extras.`;
  if (bowled !== legal({ balls, over })) return `The figures do not add up: ${legal({ balls, over })} balls, but the bowlers have ${bowled}.`;
  if (out !== number(wickets)) return `The figures do not add up: ${number(wickets)} wickets, but ${out} batters are out.`;
  return null;
}

function sum<T>(list: readonly T[], figure: (one: T) => number): number {
  return list.reduce((total, one) => total + figure(one), 0);
}

function number(value: unknown): number {
  const read = Number(readText(value) ?? 0);
  return Number.isFinite(read) ? read : 0;
}

function ballsOf(overs: unknown, ballsInOver: number): number {
  const [whole, part] = (readText(overs) ?? '0.0').split('.');
  return number(whole) * ballsInOver + number(part);
}
