import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Pages of the dashboard: the same file, which looks at the address itself. */
export const PAGES = [
  '/',
  '/login',
  '/audit',
  '/policies',
  '/fleet',
  '/register',
  '/tokens',
  '/subscriptions',
  '/models/:name',
  '/models/:name/compare',
  '/models/:name/versions/:version',
  '/rollouts/:id',
];

/**
 * Serves the dashboard's files (some hundred kilobytes, read once) at `/`.
 * @param folder where they were built to; without one there is no dashboard
 * @param base the path of the public URL: pages name their files below it
 */
export function serveDashboard(fastify: FastifyInstance, folder: string, base: string): void {
  if (!existsSync(folder)) return;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const entry of files) {
    const file = path.join(entry.parentPath, entry.name);
    const isPage = entry.name === 'index.html';
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    const body = isPage ? pageBelow(base, readFileSync(file, 'utf8')) : readFileSync(file);
    const send = (_request: unknown, reply: FastifyReply): FastifyReply =>
      // Built files have their content's hash in their names.
      reply
        .header('cache-control', isPage ? 'no-cache' : 'public, max-age=31536000, immutable')
        .type(type)
        .send(body);
    if (isPage) for (const page of PAGES) fastify.get(page, send);
    else fastify.get(`/${path.relative(folder, file).split(path.sep).join('/')}`, send);
  }
}

/** The page as it is built, with its files and its own place below a path. */
function pageBelow(base: string, html: string): string {
  const written = base.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return html
    .replaceAll(/(href|src)="\.\//g, (_all, name: string) => `${name}="${written}/`)
    .replace('name="base-path" content=""', () => `name="base-path" content="${written}"`);
}
