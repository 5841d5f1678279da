// What the console uses of cm-chessboard beside what the viewers' board does.
import 'cm-chessboard/src/Chessboard.js';

declare module 'cm-chessboard/src/Chessboard.js' {
  interface Chessboard {
    setOrientation(side: 'w' | 'b', animated?: boolean): Promise<void>;
  }
}
