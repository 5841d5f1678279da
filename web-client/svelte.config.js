// Shared by the build and by svelte-check: plain TypeScript in components, styles in a file of their own.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
};
