// The shapes of the chess men, drawn for a square of 40 by 40 units: the body, and lines upon it.
import type { Piece } from './chess';

const foot = 'M10 31h20a1.5 1.5 0 0 1 1.5 1.5V35h-23v-2.5A1.5 1.5 0 0 1 10 31z';

export const shapes: Record<Piece, { body: string; lines: string }> = {
  pawn: {
    body: `M15 31c.4-5 1.4-8 3-10.6a5.6 5.6 0 1 1 4 0c1.6 2.6 2.6 5.6 3 10.6z${foot}`,
    lines: 'M15.5 21h9',
  },
  knight: {
    body: `M13 31c0-5 3.5-7.5 5.5-11.5-2.5.5-4.5 2.7-7.8 3.9-1.3.5-3-.9-2.5-2.6L12 12.5 11.8 7l5 3.2C24.5 10.5 29 17 28.5 31z${foot}`,
    lines: 'M16 14.5h.6M21.5 13.5c2.5 3 3.5 7.5 3.4 13',
  },
  bishop: {
    body: `M14.5 31l2-5.2c-2.7-1.2-4.5-3-4.5-6.3 0-4 3-7.5 6-9.8a2.8 2.8 0 1 1 4 0c3 2.3 6 5.8 6 9.8 0 3.3-1.8 5.1-4.5 6.3l2 5.2z${foot}`,
    lines: 'M20 14.5v7M16.5 18h7M16.5 25.8h7',
  },
  rook: {
    body: `M13 31l1.5-4V17.5L12 15V8h4v3h2.2V8h3.6v3H24V8h4v7l-2.5 2.5V27l1.5 4z${foot}`,
    lines: 'M14.5 17.5h11M14.5 27h11',
  },
  queen: {
    body: `M12 31l-2.5-15.3a2 2 0 1 1 1.8-.4L15 21l.8-9.7a2 2 0 1 1 1.9 0L20 20l2.3-8.7a2 2 0 1 1 1.9 0L25 21l3.7-5.7a2 2 0 1 1 1.8.4L28 31z${foot}`,
    lines: 'M12.5 26.5h15',
  },
  king: {
    body: `M13 31c-1-5-4.5-7.3-4.5-11.5 0-5.5 7.5-6.5 10-2.5h3c2.5-4 10-3 10 2.5 0 4.2-3.5 6.5-4.5 11.5zM19 5h2v2.6h2.8v2H21V18h-2V9.6h-2.8v-2H19z${foot}`,
    lines: 'M13 27h14M20 20v4',
  },
};
