// The chess board, by the library cm-chessboard; loaded when a position is shown.
import 'cm-chessboard/assets/chessboard.css';
import { Chessboard } from 'cm-chessboard/src/Chessboard.js';

/**
 * A board that only shows. The men are our own drawings: the library's are under other licences. Its coordinates and its
 * dragging would set style attributes, which the pages' policy forbids; both are ours.
 */
export function showBoard(element: HTMLElement, fen: string): Chessboard {
  return new Chessboard(element, {
    position: fen,
    assetsUrl: '/',
    style: {
      cssClass: 'touchline',
      showCoordinates: false,
      pieces: { file: 'chess-men.svg', tileSize: 40 },
      animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 250,
    },
  });
}

export type { Chessboard };
