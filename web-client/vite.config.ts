// The build: one small bundle for the pages, and the official Socket.IO browser bundles beside it,
// which the server offers at /socket.io/socket.io.js and its siblings.
import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const socketIoBundles = [
  'socket.io.js',
  'socket.io.min.js',
  'socket.io.esm.min.js',
  'socket.io.msgpack.min.js',
];

/** Copies the bundles and their source maps, unchanged, from the installed npm package. */
function officialSocketIoClient(): Plugin {
  const from = new URL('./node_modules/socket.io-client/dist/', import.meta.url);
  return {
    name: 'official-socket-io-client',
    apply: 'build',
    generateBundle() {
      for (const name of socketIoBundles.flatMap((bundle) => [bundle, `${bundle}.map`])) {
        this.emitFile({
          type: 'asset',
          fileName: `socket.io/${name}`,
          source: readFileSync(new URL(name, from)),
        });
      }
    },
  };
}

/**
 * The page's policy allows no style attributes. cm-chessboard sets some where it could set the style's text, which
 * means the same and is allowed. Fails where the library has changed, so that this is looked at again.
 */
function chessBoardWithoutStyleAttributes(): Plugin {
  const rewrites: Record<string, [RegExp, string][]> = {
    'cm-chessboard/src/lib/Svg.js': [
      [
        /element\.setAttribute\(attribute, attributes\[attribute\]\)/,
        'if (attribute === "style") element.style.cssText = attributes[attribute]; else $&',
      ],
    ],
    'cm-chessboard/src/view/VisualMoveInput.js': [
      [/this\.draggablePiece\.setAttribute\("style", "([^"]*)"\)/, 'this.draggablePiece.style.cssText = "$1"'],
      [/this\.draggablePiece\.setAttribute\("style",\s*(`[^`]*`)\)/, 'this.draggablePiece.style.cssText = $1'],
    ],
  };
  return {
    name: 'chess-board-without-style-attributes',
    transform(code, id) {
      const file = Object.keys(rewrites).find((name) => id.split('?')[0]?.endsWith(name));
      if (file === undefined) return null;
      for (const [pattern, replacement] of rewrites[file] ?? []) {
        if (!pattern.test(code)) this.error(`${file} has changed: ${pattern} is not in it`);
        code = code.replace(pattern, replacement);
      }
      return { code, map: null };
    },
  };
}

/** Where `npm run dev` finds the server. */
const server = process.env.TOUCHLINE_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [svelte(), officialSocketIoClient(), chessBoardWithoutStyleAttributes()],
  build: {
    target: 'es2022',
    // The page's policy is `default-src 'self'`: no data: URLs, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
  },
});
