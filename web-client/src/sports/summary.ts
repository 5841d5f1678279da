// A score in one or two lines, for the list of events.
import { clip, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import { readChess } from './chess';
import { readCricket } from './cricket';
import { readFootball } from './football';

/** The sides with their scores; `note` is shown below them. */
export interface ScoreSummary {
  sides: { name: string; score: string }[];
  note: string | null;
}

/** Null if the data has no such short score. */
export function summaryOf(sport: string, data: JsonObject): ScoreSummary | null {
  switch (sport.toLowerCase()) {
    case 'cricket':
      return cricketSummary(data);
    case 'football':
      return footballSummary(data);
    case 'chess':
      return chessSummary(data);
    default:
      return null;
  }
}

function cricketSummary(data: JsonObject): ScoreSummary | null {
  const board = readCricket(data);
  if (board === null) return null;
  const first = readObject(data['first']);
  const earlier = readText(first['team']);
  const now = side(board.batting ?? 'Batting', `${board.runs}/${board.wickets}`);
  const before = earlier === null ? [] : [side(earlier, `${readText(first['runs']) ?? ''}/${readText(first['wickets']) ?? ''}`)];
  const needs = board.required === null ? null : `needs ${board.required}`;
  return {
    sides: [...before, now],
    note: note(board.result ?? [board.over === null ? null : `${board.over} overs`, needs].filter((part) => part !== null).join(', ')),
  };
}

function footballSummary(data: JsonObject): ScoreSummary | null {
  const board = readFootball(data);
  if (board === null) return null;
  const { home, away, minute, period, result } = board;
  const score = ({ goals, penalties }: typeof home) => (penalties === null ? goals : `${goals} (${penalties})`);
  const running = minute !== null && /^\d/.test(minute) ? `${minute}′` : minute;
  return { sides: [side(home.name, score(home)), side(away.name, score(away))], note: note(result ?? running ?? period ?? '') };
}

function chessSummary(data: JsonObject): ScoreSummary | null {
  const board = readChess(data);
  if (board === null) return null;
  const [white, black] = board.result?.match(/^(1|0|½|1\/2)\s*[-–]\s*(1|0|½|1\/2)$/)?.slice(1) ?? ['', ''];
  const move = board.san === null || board.ply === null ? '' : `${Math.ceil(board.ply / 2)}${board.ply % 2 === 1 ? '.' : '…'} ${board.san}`;
  return {
    sides: [side(board.white.name ?? 'White', white ?? ''), side(board.black.name ?? 'Black', black ?? '')],
    note: note(board.result === null ? move : `Result ${board.result}`),
  };
}

function side(name: string, score: string): ScoreSummary['sides'][number] {
  return { name: clip(name, 40), score: clip(score, 16) };
}

function note(text: string): string | null {
  return text === '' ? null : clip(text, 80);
}
