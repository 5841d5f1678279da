// The chess board, drawn by cm-chessboard and loaded on demand.
import 'cm-chessboard/assets/chessboard.css';
import { Chessboard } from 'cm-chessboard/src/Chessboard.js';

/**
 * A board without input. The pieces are drawn for Touchline, because the library's have other licences. The library's
 * coordinates and dragging set style attributes, which the Content-Security-Policy forbids, so the pages bring their own.
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
