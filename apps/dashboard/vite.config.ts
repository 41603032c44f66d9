import { defineConfig } from 'vite';

/** Static files that the api serves at `/`. */
export default defineConfig({
  root: import.meta.dirname,
  // The api writes the path that it is below into the page.
  base: './',
  build: { outDir: '../../dist/apps/dashboard', emptyOutDir: true, target: 'es2022', sourcemap: false },
  resolve: { conditions: ['understudy-source', 'module', 'browser', 'production'] },
});
