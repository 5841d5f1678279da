// The real matches of `tests/cases/cricket`, entered with the desk's taps: each comes out with its own figures.
import { describe, expect, test } from 'vitest';
import { mergePatch } from '../../lib/merge';
import type { JsonObject } from '../../lib/wire';
import { draftOf } from '../rules';
import { figuresIn, figuresOf, outcomeOf, Scorer, type Match } from './recorded.testing';
import { cricketRules } from './rules';

const files = import.meta.glob<Match>('../../../../tests/cases/cricket/*.json', { eager: true, import: 'default' });
const matches = Object.entries(files).map(([path, match]): [string, Match] => [`${path.slice(-7, -5)}: ${match.why}`, match]);

test('there are 26 of them', () => {
  expect(matches).toHaveLength(26);
});

describe('a real match', () => {
  test.each(matches)('%s', (_name, match) => {
    const found: JsonObject[] = [];
    // The desk sends differences, and viewers merge them.
    const scorer = new Scorer(match, (tap, state) => mergePatch(state, draftOf(cricketRules, state, tap).data), (_, state) => found.push(figuresIn(state)));
    scorer.scoreAll();
    expect(found).toEqual(match.innings.map(figuresOf));
    expect(scorer.state['outcome']).toEqual(outcomeOf(match));
  });
});
