// The build: one small bundle for the pages, and the official Socket.IO browser bundles beside it,
// which the server offers at /socket.io/socket.io.js and its siblings, and the schemas that it offers under /schemas.
import { readdirSync, readFileSync } from 'node:fs';
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

/** The JSON Schemas of states, by family or sport: served as `/schemas/sets.json`. */
function schemas(): Plugin {
  const from = new URL('./src/sports/', import.meta.url);
  return {
    name: 'schemas',
    apply: 'build',
    generateBundle() {
      const families = readdirSync(new URL('families/', from), { withFileTypes: true }).filter((entry) => entry.isDirectory());
      const sports = readdirSync(new URL('schemas/', from));
      const files = [...families.map(({ name }) => [`${name}.json`, `families/${name}/schema.json`]), ...sports.map((name) => [name, `schemas/${name}`])];
      for (const [name, path = ''] of files) {
        this.emitFile({ type: 'asset', fileName: `schemas/${name}`, source: readFileSync(new URL(path, from)) });
      }
    },
  };
}

/** Where `npm run dev` finds the server. */
const server = process.env.TOUCHLINE_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [svelte(), officialSocketIoClient(), schemas()],
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
    // With SOAK=1 the properties are tried on many more matches.
    env: { VITE_SOAK: process.env.SOAK ?? '' },
  },
});
