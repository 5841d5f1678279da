// Set-up positions: checked, and those of Chess960.
import { Chess, validateFen } from 'chess.js';
import { Chess960 } from 'chess.mjs/src/Chess960.js';
import { readFen, type Placed } from './chess';

/** The starting position of Chess960 with a number of 0 to 959; 518 is the standard one. */
export function chess960Start(number: number): string {
  return Chess960.generateStartPosition(number);
}

/** A position as the console keeps it, or why it cannot be played. */
export function checkedPosition(text: string, isChess960: boolean): { fen: string } | { problem: string } {
  // The counters of a FEN are often left out.
  const [men = '', turn = 'w', castling = '-', target = '-', halves = '0', number = '1'] = text.trim().split(/\s+/);
  const position = readFen(`${men} ${turn}`);
  if (position === null) return { problem: 'This is not a position in FEN.' };
  const rights = isChess960 ? rightsOf(castling, position.pieces) : castling;
  const fen = [men, turn, rights, target, halves, number].join(' ');
  const { ok, error } = validateFen(fen);
  if (!ok) return { problem: `This position can't be played: ${(error ?? '').replace(/^Invalid FEN: /, '')}.` };
  if (!isPossible(rights, position.pieces, isChess960)) {
    return { problem: 'Castling needs the king and the rook on their first squares. Change the third part of the FEN.' };
  }
  const other = turn === 'w' ? 'b' : 'w';
  if (new Chess(`${men} ${other} - - 0 1`, { skipValidation: true }).isCheck()) {
    return { problem: `${turn === 'w' ? 'Black' : 'White'} is in check, so it can't be ${turn === 'w' ? 'White' : 'Black'}'s move.` };
  }
  return { fen };
}

const files = 'abcdefgh';

function kingAndRooks(pieces: readonly Placed[], white: boolean): { king: number; rooks: number[] } | null {
  const home = pieces.filter((placed) => placed.white === white && placed.rank === (white ? 0 : 7));
  const king = home.find(({ piece }) => piece === 'king')?.file;
  return king === undefined ? null : { king, rooks: home.filter(({ piece }) => piece === 'rook').map(({ file }) => file) };
}

/** Rights that name the files of rooks (`HAha`), as `KQkq`, which mean the outermost rooks. */
function rightsOf(castling: string, pieces: readonly Placed[]): string {
  return castling.replace(/[a-h]/gi, (letter) => {
    const white = letter !== letter.toLowerCase();
    const own = kingAndRooks(pieces, white);
    const file = files.indexOf(letter.toLowerCase());
    if (own === null) return letter;
    const isOuter = file > own.king ? file === Math.max(...own.rooks) : file === Math.min(...own.rooks);
    if (!isOuter) return letter;
    const side = file > own.king ? 'k' : 'q';
    return white ? side.toUpperCase() : side;
  });
}

/** Whether king and rook stand where castling needs them. */
function isPossible(rights: string, pieces: readonly Placed[], isChess960: boolean): boolean {
  return [...rights].every((right) => {
    if (right === '-') return true;
    const own = kingAndRooks(pieces, right !== right.toLowerCase());
    if (own === null) return false;
    const isKingside = right.toLowerCase() === 'k';
    if (!isChess960) return own.king === 4 && own.rooks.includes(isKingside ? 7 : 0);
    return own.rooks.some((file) => (isKingside ? file > own.king : file < own.king));
  });
}
