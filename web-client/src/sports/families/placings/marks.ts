// Marks as numbers and in words. A mark is counted in thousandths (milliseconds, millimetres, grams), so that sums are exact.
import { readText } from '../../../lib/read';
import type { PlacingsFormat } from './format';

type Kind = Pick<PlacingsFormat, 'measure' | 'decimals' | 'rounding' | 'unit'>;

const MOST = 360_000_000;

/** A mark such as `9.784`, `2:03.45`, `1:02:03`, `8,10` or `-4` in thousandths; null if it is none. */
export function readMark(value: unknown): number | null {
  const text = readText(value)?.trim().replace(',', '.').replace('−', '-') ?? '';
  const [, sign = '', hours, minutes, whole, decimals = ''] = /^(-?)(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (whole === undefined || (minutes !== undefined && Number(whole) > 59) || (hours !== undefined && Number(minutes) > 59)) return null;
  const seconds = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(whole);
  const mark = (sign === '' ? 1 : -1) * (seconds * 1_000 + Number(decimals.padEnd(3, '0')));
  return Math.abs(mark) <= MOST ? mark : null;
}

/**
 * A mark as it is typed on the pad. Digits alone are filled from the right, so that `979` is 9.79 and `20345` is 2:03.45; a
 * point or a colon says where the digits stand. On keyboards without a colon, `2.03.45` is a time too.
 */
export function readTyped(typed: string, kind: Kind): number | null {
  const text = typed.trim().replace(/,/g, '.');
  if (kind.measure !== 'time') return /^\d+$/.test(text) ? readMark(filled(text, kind.decimals)) : readMark(text);
  if (/^\d+$/.test(text)) return readMark(filledTime(text, kind.decimals));
  const parts = text.split('.');
  const withColons = text.includes(':') || parts.length < 3 ? text : `${parts.slice(0, -1).join(':')}.${parts.at(-1)}`;
  return readMark(withColons);
}

function filled(digits: string, decimals: number): string {
  if (decimals === 0) return digits;
  const all = digits.padStart(decimals + 1, '0');
  return `${all.slice(0, -decimals)}.${all.slice(-decimals)}`;
}

function filledTime(digits: string, decimals: number): string {
  const [whole = '', rest] = filled(digits, decimals).split('.');
  const [seconds, minutes, hours] = [whole.slice(-2), whole.slice(-4, -2), whole.slice(0, -4)];
  const parts = [hours, minutes, seconds].filter((part) => part !== '');
  return `${parts.join(':')}${rest === undefined ? '' : `.${rest}`}`;
}

/** A mark as it is shown: rounded to the decimals of the format. */
export function shown(mark: number, { decimals, rounding }: Kind): number {
  const unit = 10 ** (3 - decimals);
  return (rounding === 'up' ? Math.ceil(mark / unit) : Math.floor(mark / unit)) * unit;
}

/** `9.79`, `2:03.45`, `8.10`: without the unit. `decimals` other than the format's show what was measured. */
export function markText(mark: number, kind: Kind, decimals = kind.decimals): string {
  const sign = mark < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(mark) / 1_000);
  const rest = decimals === 0 ? '' : `.${String(Math.abs(mark) % 1_000).padStart(3, '0').slice(0, decimals)}`;
  // Whole seconds alone would not read as a time.
  if (kind.measure !== 'time' || (whole < 60 && rest !== '')) return `${sign}${whole}${rest}`;
  const two = (number: number) => String(number).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return `${sign}${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds)}${rest}`;
}

/** A mark in a sentence: `9.79`, `8.10 m`. */
export function withUnit(text: string, { unit }: Kind): string {
  return unit === undefined || !/\d$/.test(text) ? text : `${text} ${unit}`;
}

/** How far a mark is from the best one: `+0.02`, `−0.08`; null for the best one. */
export function gapText(mark: number, best: number, kind: Kind): string | null {
  const gap = mark - best;
  return gap === 0 ? null : `${gap > 0 ? '+' : '−'}${markText(Math.abs(gap), kind)}`;
}

/** A wind such as `+1.0`, `-0.3` or `0`, as it is shown; null if it is none. */
export function windText(value: unknown): string | null {
  const text = readText(value)?.trim().replace(',', '.').replace('−', '-') ?? '';
  if (!/^[+-]?\d{1,2}(\.\d{1,2})?$/.test(text)) return null;
  const wind = Number(text);
  return `${wind < 0 ? '−' : '+'}${Math.abs(wind).toFixed(1)}`;
}

/** Whether a wind is too strong for records: above 2.0 m/s (World Athletics, Competition Rule 31.14.3). */
export function isAssisted(wind: string): boolean {
  return Number(wind.replace('−', '-')) > 2;
}
