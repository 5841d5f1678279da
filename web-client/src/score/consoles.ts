// The scoring console of each sport and family, loaded on demand.
import type { Component } from 'svelte';
import type { Scoring } from './scoring.svelte';
import type { ConsoleName } from './sports';

type Console = { default: Component<{ scoring: Scoring }> };

export const consoles: Record<ConsoleName, () => Promise<Console>> = {
  cricket: () => import('./cricket/Console.svelte'),
  football: () => import('./football/Console.svelte'),
  chess: () => import('./chess/Console.svelte'),
  placings: () => import('./placings/Console.svelte'),
  plain: () => import('./plain/Console.svelte'),
  points: () => import('./points/Console.svelte'),
  sets: () => import('./sets/Console.svelte'),
  json: () => import('./json/Console.svelte'),
};
