// Small puzzles with one right answer among four. Pure: randomness is passed in.
export interface Puzzle {
  question: string;
  /** The chess position to show, if any. */
  fen: string | null;
  options: string[];
  answer: string;
}

/** Positions in which White mates in one move. `others` are legal moves that do not mate. */
export const mates: { fen: string; answer: string; others: string[] }[] = [
  { fen: '6k1/5ppp/8/8/8/8/5PPP/R5K1 w - - 0 1', answer: 'Ra8#', others: ['Ra7', 'Rd1', 'Kf1'] },
  { fen: 'k7/8/1K6/8/8/8/7Q/8 w - - 0 1', answer: 'Qh8#', others: ['Qg2+', 'Qb8+', 'Qa2+'] },
  { fen: 'r1bqkbnr/ppp2ppp/2np4/4p3/2B1P3/5Q2/PPPP1PPP/RNB1K1NR w KQkq - 0 4', answer: 'Qxf7#', others: ['Bxf7+', 'Qf6', 'Nc3'] },
  { fen: '6rk/6pp/7N/8/8/8/8/6K1 w - - 0 1', answer: 'Nf7#', others: ['Nxg8', 'Nf5', 'Kf2'] },
  { fen: '4k3/R7/1R6/8/8/8/8/4K3 w - - 0 1', answer: 'Rb8#', others: ['Ra8+', 'Rb1', 'Rh7'] },
  { fen: '7k/5K2/8/8/8/8/8/6R1 w - - 0 1', answer: 'Rh1#', others: ['Rg8+', 'Rg7', 'Kf6'] },
];

export function mateInOne(random: () => number): Puzzle {
  const { fen, answer, others } = pick(mates, random);
  return { question: 'White mates in one move. Which move is it?', fen, answer, options: shuffled([answer, ...others], random) };
}

/** The runs per over that a chase needs, with wrong answers close to the right one. */
export function requiredRate(random: () => number): Puzzle {
  const overs = 3 + Math.floor(random() * 8);
  const rate = 5 + Math.floor(random() * 8);
  const near = [-2, -1, 1, 2].map((off) => rate + off);
  const options = shuffled(near, random).slice(0, 3);
  return {
    question: `A side needs ${overs * rate} runs from ${overs * 6} balls. How many runs per over is that?`,
    fen: null,
    answer: String(rate),
    options: [...options, rate].sort((a, b) => a - b).map(String),
  };
}

/** The points of a team in a league table. */
export function tablePoints(random: () => number): Puzzle {
  const wins = 3 + Math.floor(random() * 9);
  const draws = 1 + Math.floor(random() * 6);
  const points = wins * 3 + draws;
  const options = shuffled([points - 3, points - 1, points + 1, points + 3], random).slice(0, 3);
  return {
    question: `A team has won ${wins} and drawn ${draws} ${draws === 1 ? 'match' : 'matches'}. How many league points does it have?`,
    fen: null,
    answer: String(points),
    options: [...options, points].sort((a, b) => a - b).map(String),
  };
}

export function puzzleFor(sport: string, random: () => number): Puzzle {
  const name = sport.toLowerCase();
  if (name === 'chess') return mateInOne(random);
  return name === 'cricket' ? requiredRate(random) : tablePoints(random);
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0] as T);
}
