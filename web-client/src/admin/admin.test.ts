import { describe, expect, test } from 'vitest';
import type { EventInfo } from '../lib/wire';
import { competitorsOf, fieldsOf, idFrom, newCompetitor, noFields, payloadOf, type Fields } from './fields';
import type { FamilyName } from '../sports/families/family';
import { formatsFor } from '../sports/definitions';
import { answerOf, answerText, newFormat, problemOf, questions, withAnswer, type Question } from './formats';
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
    expect(payloadOf(fieldsOf(event), event)).toEqual({ ...sent, venue: null, competition: null, format: null });
    const more = { ...event, format: { family: 'plain', steps: [1, 2] }, venue: 'Park', competition: { id: 'cup', title: 'The Cup' }, competitors: [{ name: 'A', short: 'AAA', color: '#112233', lane: 4 }] };
    expect(payloadOf(fieldsOf(more), more)).toMatchObject({ venue: more.venue, competition: more.competition, competitors: more.competitors, format: more.format });
  });

  test('keeps what is known of a competitor, and leaves out rows without a name', () => {
    const [a, b] = fieldsOf(event).competitors;
    const competitors = [{ ...newCompetitor, name: ' C ', short: 'CCC', color: '#00ff00' }, { ...newCompetitor, short: 'X' }, { ...a, name: 'A2' }, b];
    expect(payloadOf({ ...fieldsOf(event), competitors: competitors as Fields['competitors'] }, event).competitors).toEqual([
      { name: 'C', short: 'CCC', color: '#00ff00' }, { name: 'A2', rating: 2700 }, { name: 'B' },
    ]);
  });

  test('loses what is emptied', () => {
    const known = { ...event, venue: 'Park', competition: { id: 'cup', title: 'The Cup' } };
    const fields = { ...fieldsOf(known), competitors: [], startsAt: '', venue: ' ', competitionTitle: '' };
    expect(payloadOf(fields, known)).toMatchObject({ startsAt: null, competitors: null, venue: null, competition: null });
    expect(payloadOf({ ...noFields, title: ' T ', sport: ' s ' }, null)).toEqual({
      title: 'T', sport: 's', format: null, startsAt: null, venue: null, competition: null, competitors: null, actions: [], messages: true,
    });
  });

  test('has the title that was entered, or one made from two names', () => {
    const [a, b, c] = ['A', ' B ', 'C'].map((name) => ({ ...newCompetitor, name }));
    const titled = (title: string, competitors: unknown[]) => payloadOf({ ...noFields, title, competitors: competitors as Fields['competitors'] }, null).title;
    expect([titled('T', [a, b]), titled(' ', [a, b]), titled('', [a, { ...newCompetitor }, b])]).toEqual(['T', 'A v B', 'A v B']);
    expect([titled('', [a]), titled('', [a, b, c])]).toEqual(['', '']);
  });

  test('has the id of its competition, or one made from the title', () => {
    expect(payloadOf({ ...noFields, competitionTitle: ' Sunday League ' }, null).competition).toEqual({ id: 'sunday-league', title: 'Sunday League' });
    expect(payloadOf({ ...noFields, competitionTitle: 'X', competitionId: 'y' }, null).competition).toEqual({ id: 'y', title: 'X' });
    expect(['Ligue 1 — été', 'a'.repeat(99)].map(idFrom)).toEqual(['ligue-1-ete', 'a'.repeat(64)]);
    expect(idFrom('日本')).toMatch(/^competition-[a-z0-9]+$/);
    expect(idFrom('日本')).not.toBe(idFrom('中国'));
  });

  test('leaves competitors of another shape alone', () => {
    const other = { ...event, competitors: { lanes: [1, 2] } };
    expect(competitorsOf(other.competitors)).toBeNull();
    expect(payloadOf(fieldsOf(other), other).competitors).toEqual({ lanes: [1, 2] });
    expect(competitorsOf(['A', 7])?.map(({ name }) => name)).toEqual(['A', '7']);
    expect([competitorsOf(null), competitorsOf([{ id: 1 }])]).toEqual([[], null]);
  });
});

describe('the rules of a sport of a club\'s own', () => {
  const ask = (family: FamilyName, path: string) => questions[family].find((question) => question.path === path) as Question;
  const answered = (format: unknown, path: string, text: string) => {
    const question = ask('sets', path);
    return withAnswer(format, question, answerOf(question, text));
  };

  test('are made from answers', () => {
    const best = answered(newFormat('sets'), 'bestOf', '5');
    const last = answered(best, 'last.to', '15');
    expect(last).toEqual({ family: 'sets', bestOf: 5, set: { to: 21, by: 2 }, last: { to: 15, by: 2 } });
    expect(answered(last, 'set.by', '1')).toEqual({ family: 'sets', bestOf: 5, set: { to: 21, by: 1 }, last: { to: 15, by: 1 } });
    expect(answered(last, 'last.to', ' ')).toEqual(best);
    expect(answered(best, 'unit', ' Leg ')).toMatchObject({ unit: 'Leg' });
    expect(answerOf(ask('plain', 'steps'), '1, 2; −1 +3')).toEqual([1, 2, -1, 3]);
  });

  test.each<[FamilyName, string, string, boolean]>([
    ['points', 'keys', '1, 2, 3', true],
    ['points', 'keys', '1, 1', false],
    ['points', 'keys', '0.5', false],
    ['points', 'keys', '1, two', false],
    ['points', 'keys', '1 2 3 4 5 6 7 8 9 10 11 12 13', false],
    ['plain', 'steps', '10, −5', true],
    ['plain', 'steps', 'one', false],
  ])('of %s are checked as they are typed: %s %j', (family, path, text, isRight) => {
    const question = ask(family, path);
    const answer = answerOf(question, text);
    expect(problemOf(question, answer, withAnswer(newFormat(family), question, answer)) === '').toBe(isRight);
  });

  test('that nobody can play by leave the usual ones of the sport', () => {
    expect(formatsFor({ sport: 'basketball', format: { family: 'points' } })).toEqual(formatsFor({ sport: 'basketball' }));
    expect(formatsFor({ sport: 'egg race', format: { family: 'sets' } })).toEqual([]);
    // A sport of one's own may have the name of a known one.
    const own = { family: 'plain', steps: [1] };
    expect(formatsFor({ sport: 'basketball', format: own })).toEqual([{ title: 'As set for this match', format: own }]);
  });

  test('keep what is not asked, and are read back', () => {
    const format = { family: 'sets', bestOf: 3, set: { to: 11, by: 2, ends: { at: 6 } }, more: 1 };
    expect(answered(format, 'set.to', '15')).toEqual({ ...format, set: { ...format.set, to: 15 } });
    expect(answerText(format, ask('sets', 'set.to'))).toBe('11');
    expect(answerText({ steps: [1, 2] }, ask('plain', 'steps'))).toBe('1, 2');
    expect(answerText(null, ask('sets', 'set.cap'))).toBe('');
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
