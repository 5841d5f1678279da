// Predictions of what happens next: the options of each sport, and how an update decides them. Pure.
import { readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';

export interface Calling {
  title: string;
  options: { key: string; label: string }[];
  /** The option that an update makes true; null if it decides nothing. */
  outcome: (update: JsonObject) => string | null;
}

const ballKinds: Record<string, string> = { dot: 'dot', run: 'runs', four: 'boundary', six: 'boundary', wicket: 'wicket' };
const pieces: Record<string, string> = { N: 'knight', B: 'bishop', R: 'rook', Q: 'queen', K: 'king', O: 'king' };

const callings: Record<string, Calling> = {
  cricket: {
    title: 'Predict the next ball',
    options: [
      { key: 'dot', label: 'No run' },
      { key: 'runs', label: 'Runs' },
      { key: 'boundary', label: '4 or 6' },
      { key: 'wicket', label: 'Wicket' },
      { key: 'extra', label: 'Extra' },
    ],
    outcome: (update) => {
      const ball = readObject(update['ball']);
      if (readText(ball['over']) === null) return null;
      return ballKinds[readText(ball['kind']) ?? ''] ?? 'extra';
    },
  },
  football: {
    title: 'Predict the next goal',
    options: [
      { key: 'home', label: 'Home' },
      { key: 'away', label: 'Away' },
    ],
    outcome: (update) => {
      const scored = ['home', 'away'].filter((side) => Number(readText(readObject(update[side])['goals']) ?? 0) > 0);
      // Goals on both sides are not a goal, but a scoreboard being set.
      return scored.length === 1 ? (scored[0] ?? null) : null;
    },
  },
  chess: {
    title: 'Predict the piece that moves next',
    options: ['Pawn', 'Knight', 'Bishop', 'Rook', 'Queen', 'King'].map((label) => ({ key: label.toLowerCase(), label })),
    outcome: (update) => {
      const san = readText(readObject(update['move'])['san']);
      return san === null ? null : (pieces[san[0] ?? ''] ?? 'pawn');
    },
  },
};

/** Null for a sport without predictions. */
export function callingOf(sport: string): Calling | null {
  const name = sport.toLowerCase();
  return Object.hasOwn(callings, name) ? (callings[name] ?? null) : null;
}

/** The options, with team names if the data has them. */
export function optionsOf(calling: Calling, data: JsonObject): Calling['options'] {
  return calling.options.map(({ key, label }) => ({ key, label: readText(readObject(data[key])['name']) ?? label }));
}
