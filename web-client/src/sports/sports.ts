// Which sport is shown how: a sport that is not here, or whose fields are missing, is shown as it is.
import type { Component } from 'svelte';
import { clip, inOneLine } from '../lib/read';
import type { JsonObject, LoggedUpdate } from '../lib/wire';
import { chessHeadline, chessLine, readChess } from './chess';
import Chess from './Chess.svelte';
import { cricketHeadline, cricketLine, readCricket } from './cricket';
import Cricket from './Cricket.svelte';
import { footballHeadline, footballLine, readFootball } from './football';
import Football from './Football.svelte';
import Generic from './Generic.svelte';

interface Sport {
  /** `elapsed` is the time since the update, in milliseconds; null where nothing runs. */
  scoreboard: Component<{ data: JsonObject; elapsed?: (() => number) | null }>;
  /** Whether the data has what the scoreboard needs. */
  fits: (data: JsonObject) => boolean;
  /** The score in one sentence; read out when it changes. */
  headline: (data: JsonObject) => string | null;
  /** One update in the list: where in the contest, and what happened. */
  line: (update: JsonObject) => { mark: string | null; text: string | null };
}

const sports: Record<string, Sport> = {
  cricket: {
    scoreboard: Cricket,
    fits: (data) => readCricket(data) !== null,
    headline: cricketHeadline,
    line: cricketLine,
  },
  football: {
    scoreboard: Football,
    fits: (data) => readFootball(data) !== null,
    headline: footballHeadline,
    line: footballLine,
  },
  chess: {
    scoreboard: Chess,
    fits: (data) => readChess(data) !== null,
    headline: chessHeadline,
    line: chessLine,
  },
};

export function scoreboardOf(sport: string, data: JsonObject): Sport['scoreboard'] {
  const known = find(sport);
  return known?.fits(data) ? known.scoreboard : Generic;
}

export function headlineOf(sport: string, data: JsonObject): string {
  const headline = find(sport)?.headline(data) ?? null;
  return headline === null ? inOneLine(data) : clip(headline, 300);
}

/** Whether an update has something to tell in the list: a minute that passes on the clock has not. */
export function isTold({ kind, data }: LoggedUpdate): boolean {
  return kind === 'correction' || Object.keys(data).some((name) => name !== 'minute' && name !== 'tap');
}

export function lineOf(sport: string, update: JsonObject): { mark: string | null; text: string } {
  const line = find(sport)?.line(update);
  const mark = line?.mark ?? null;
  if (isClearing(update)) return { mark: null, text: 'The board was cleared.' };
  return {
    mark: mark === null ? null : clip(mark, 16),
    text: line?.text ? clip(line.text, 400) : mark === null ? inOneLine(update) : '',
  };
}

/** Takes everything away and adds nothing: what a scorer sends before a new contest. */
function isClearing(update: JsonObject): boolean {
  const members = Object.values(update);
  return members.length > 1 && members.every((member) => member === null);
}

function find(sport: string): Sport | undefined {
  const name = sport.toLowerCase();
  return Object.hasOwn(sports, name) ? sports[name] : undefined;
}
