// The part of cm-chessboard that only the console uses.
import 'cm-chessboard/src/Chessboard.js';

declare module 'cm-chessboard/src/Chessboard.js' {
  interface Chessboard {
    setOrientation(side: 'w' | 'b', animated?: boolean): Promise<void>;
  }
}
