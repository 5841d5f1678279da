// Types for the used part of chess.mjs, which has none.
declare module 'chess.mjs' {
  export interface Move {
    from: string;
    to: string;
    san: string;
    flags: string;
    promotion?: string;
  }
  export class Chess {
    constructor(fen: string, options?: { chess960?: boolean });
    fen(): string;
    moves(options: { verbose: true }): Move[];
    move(move: string | { from: string; to: string; promotion?: string }): Move | null;
    in_check(): boolean;
  }
}

declare module 'chess.mjs/src/Chess960.js' {
  export const Chess960: {
    /** The position with a number of 0 to 959, by Scharnagl's scheme. */
    generateStartPosition(id: number): string;
  };
}
