import { defineConfig } from 'vite';

/** Static files that the api serves at `/`. */
export default defineConfig({
  root: import.meta.dirname,
  build: { outDir: '../../dist/apps/dashboard', emptyOutDir: true, target: 'es2022', sourcemap: false },
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
});
