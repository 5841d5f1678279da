// Types for the used part of cm-chessboard, which has none.
declare module 'cm-chessboard/src/Chessboard.js' {
  export class Chessboard {
    constructor(element: HTMLElement, props?: object);
    setPosition(fen: string, animated?: boolean): Promise<void>;
    setOrientation(side: 'w' | 'b', animated?: boolean): Promise<void>;
    destroy(): void;
  }
}
