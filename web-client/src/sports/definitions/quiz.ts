import type { PlainFormat } from '../families/plain/format';
import type { Definition } from './definition';

export const quiz: Definition<PlainFormat> = {
  sport: 'quiz',
  also: ['trivia', 'pub quiz'],
  title: 'Quiz',
  source: 'The usual points of school and college quizzes: 10 for an answer, 5 for a question that was passed on',
  format: { family: 'plain', steps: [10, 5], sides: 3, unit: 'points', period: 'Round' },
  variants: [
    { title: 'Points off for wrong answers', format: { family: 'plain', steps: [10, 5, -5], sides: 3, unit: 'points', period: 'Round', negative: true } },
    { title: 'One point an answer', format: { family: 'plain', steps: [1], sides: 3, unit: 'points', period: 'Round' } },
  ],
  example: {
    format: { family: 'plain', steps: [10, 5], sides: 3, unit: 'points', period: 'Round' },
    period: 'Round 2',
    sides: { '1': { name: 'Harbour Lane', score: 40 }, '2': { name: 'Meadow Bank', score: 25 }, '3': { name: 'North End', score: 40 } },
    mark: 'Round 2',
    commentary: '+10 North End. Harbour Lane 40, North End 40, Meadow Bank 25.',
    summary: {
      sides: [
        { place: '1=', name: 'Harbour Lane', score: '40' },
        { place: '1=', name: 'North End', score: '40' },
        { place: '3', name: 'Meadow Bank', score: '25' },
      ],
      period: 'Round 2',
    },
  },
};
