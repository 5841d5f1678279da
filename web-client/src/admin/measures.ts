// Reads a node's measures from /metrics (the Prometheus text format 0.0.4).

/** A histogram: cumulative counts by rising upper bounds, in seconds. */
export interface Histogram {
  bounds: { le: number; count: number }[];
  count: number;
  sum: number;
}

export type Measures = ReadonlyMap<string, number>;

const LINE = /^([a-zA-Z_:][\w:]*(?:\{[^}]*\})?) ([-+.\w]+)/;

/** Maps each sample's name and labels, as written, to its value. */
export function readMeasures(text: string): Measures {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = LINE.exec(line) ?? [];
    if (name !== undefined) samples.set(name, Number(value));
  }
  return samples;
}

export function histogramOf(measures: Measures, name: string): Histogram {
  const bounds: Histogram['bounds'] = [];
  for (const [sample, count] of measures) {
    if (!sample.startsWith(`${name}_bucket{`)) continue;
    const le = /le="([^"]+)"/.exec(sample)?.[1];
    if (le !== undefined) bounds.push({ le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count });
  }
  bounds.sort((a, b) => a.le - b.le);
  return { bounds, count: measures.get(`${name}_count`) ?? 0, sum: measures.get(`${name}_sum`) ?? 0 };
}

/** The values since an earlier reading; all of them if there is none, or if the node restarted in between. */
export function since(now: Histogram, before: Histogram | null): Histogram {
  if (before === null || before.count > now.count) return now;
  const earlier = new Map(before.bounds.map(({ le, count }) => [le, count]));
  return {
    bounds: now.bounds.map(({ le, count }) => ({ le, count: count - (earlier.get(le) ?? 0) })),
    count: now.count - before.count,
    sum: now.sum - before.sum,
  };
}

/** The bound, in seconds, that `share` of the values do not exceed; null if there are no values. */
export function quantile(histogram: Histogram, share: number): number | null {
  if (histogram.count === 0) return null;
  return histogram.bounds.find(({ count }) => count >= histogram.count * share)?.le ?? null;
}

/** `≤ 2.5 ms`, or `> 10 s` above the last finite bound. */
export function boundInWords(histogram: Histogram, share: number): string {
  const le = quantile(histogram, share);
  if (le === null) return '–';
  if (le !== Number.POSITIVE_INFINITY) return `≤ ${secondsInWords(le)}`;
  const last = histogram.bounds.at(-2)?.le ?? 0;
  return `> ${secondsInWords(last)}`;
}

function secondsInWords(seconds: number): string {
  return seconds < 1 ? `${Number((seconds * 1_000).toPrecision(2))} ms` : `${seconds} s`;
}
