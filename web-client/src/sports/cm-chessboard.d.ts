// What is used of cm-chessboard, which brings no types.
declare module 'cm-chessboard/src/Chessboard.js' {
  export class Chessboard {
    constructor(element: HTMLElement, props?: object);
    setPosition(fen: string, animated?: boolean): Promise<void>;
    destroy(): void;
  }
}
