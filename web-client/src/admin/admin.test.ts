import { describe, expect, test } from 'vitest';
import type { EventInfo } from '../lib/wire';
import { fieldsOf, namesOf, noFields, payloadOf } from './fields';
import { boundInWords, histogramOf, quantile, readMeasures, since } from './measures';

const event: EventInfo = {
  eventId: 'final',
  sport: 'chess',
  title: 'A v B',
  status: 'scheduled',
  startsAt: Date.UTC(2026, 10, 21, 15, 40),
  competitors: [{ name: 'A', rating: 2700 }, { name: 'B' }],
  actions: [{ name: 'guess', points: 5, minMs: 1, cooldownMs: 2, dailyCap: 3 }],
  messages: true,
};

describe('an event in a form', () => {
  test('goes back as it came', () => {
    const { eventId: _id, status: _status, ...sent } = event;
    expect(payloadOf(fieldsOf(event), event)).toEqual(sent);
  });

  test('keeps what is known of a competitor whose name stays', () => {
    const fields = { ...fieldsOf(event), competitors: ' B \n\nC\nA' };
    expect(payloadOf(fields, event).competitors).toEqual([{ name: 'B' }, { name: 'C' }, { name: 'A', rating: 2700 }]);
  });

  test('loses its start and its competitors where they are emptied', () => {
    const fields = { ...fieldsOf(event), competitors: ' ', startsAt: '' };
    expect(payloadOf(fields, event)).toMatchObject({ startsAt: null, competitors: null });
    expect(payloadOf({ ...noFields, title: ' T ', sport: ' s ' }, null)).toEqual({
      title: 'T', sport: 's', startsAt: null, competitors: null, actions: [], messages: true,
    });
  });

  test('leaves competitors of another shape alone', () => {
    const other = { ...event, competitors: { lanes: [1, 2] } };
    expect(namesOf(other.competitors)).toBeNull();
    expect(payloadOf(fieldsOf(other), other).competitors).toEqual({ lanes: [1, 2] });
    expect([namesOf(null), namesOf(['A', 7]), namesOf([{ id: 1 }])]).toEqual([[], ['A', '7'], null]);
  });
});

describe('what a node measures', () => {
  const text = (counts: number[]) =>
    `# TYPE t histogram
t_bucket{le="0.001"} ${counts[0]}
t_bucket{le="0.01"} ${counts[1]}
t_bucket{le="+Inf"} ${counts[2]}
t_sum 1.5
t_count ${counts[2]}
sockets{transport="websocket"} 7
`;
  const read = (counts: number[]) => histogramOf(readMeasures(text(counts)), 't');

  test('is read with its labels', () => {
    expect(readMeasures(text([1, 2, 3])).get('sockets{transport="websocket"}')).toBe(7);
    expect(read([1, 2, 3])).toEqual({ bounds: [{ le: 0.001, count: 1 }, { le: 0.01, count: 2 }, { le: Infinity, count: 3 }], count: 3, sum: 1.5 });
  });

  test.each([
    [0.5, 0.001, '≤ 1 ms'],
    [0.9, 0.01, '≤ 10 ms'],
    [0.99, Infinity, '> 10 ms'],
  ])('has %s of its values within %s', (share, bound, words) => {
    const histogram = read([50, 95, 100]);
    expect([quantile(histogram, share), boundInWords(histogram, share)]).toEqual([bound, words]);
  });

  test('can be told since the last reading, also after a start', () => {
    expect(since(read([5, 5, 5]), read([5, 5, 5])).count).toBe(0);
    expect(boundInWords(since(read([5, 9, 9]), read([5, 5, 5])), 0.5)).toBe('≤ 10 ms');
    expect(since(read([1, 1, 1]), read([5, 5, 5])).count).toBe(1);
    expect(boundInWords(histogramOf(new Map(), 't'), 0.5)).toBe('–');
  });
});
