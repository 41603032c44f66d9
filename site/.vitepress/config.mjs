import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { plainMarkdown } from '../markdown.mjs';
import { sidebarOf } from '../sidebar.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const docs = path.join(root, 'docs');

export default defineConfig({
  srcDir: docs,
  outDir: path.join(root, 'dist/docs'),
  cacheDir: path.join(root, '.cache/site'),
  // Replaced where it is served (apps/api/src/http/docs-site.ts): the public URL may have a path.
  base: '/__understudy_docs__/',
  rewrites: { 'README.md': 'index.md' },
  title: 'Understudy',
  description: 'Model registry and canary rollout control plane for machine-learning models',
  lang: 'en',
  // The dashboard's, which is served beside the documents.
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/__understudy_docs__/../icon.svg' }]],
  // The documents lie outside this package, where nobody would find its Vue.
  vite: {
    resolve: {
      alias: [
        {
          find: /^vue\/server-renderer$/,
          replacement: path.join(root, 'site/node_modules/vue/server-renderer/index.mjs'),
        },
        {
          find: /^vue$/,
          replacement: path.join(root, 'site/node_modules/vue/dist/vue.runtime.esm-bundler.js'),
        },
      ],
    },
  },
  markdown: {
    config: (md) => plainMarkdown(md, docs),
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebarOf(docs),
    outline: { level: [2, 3] },
    docFooter: { prev: 'Before', next: 'Next' },
  },
});
