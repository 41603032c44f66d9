import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Stands in the built files for where they are served (site/.vitepress/config.mjs). */
const BUILT_BASE = '/__understudy_docs__/';
const NOT_BUILT =
  'The documents are not built as a site here: run npm run docs and start again, or read the folder docs/.';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const TEXTS = new Set(['.html', '.js', '.css']);

/**
 * Serves the site that `npm run docs` makes of docs/ at `/docs/`, and says how to build it where it is not.
 * @param folder where it was built to
 * @param base the path of the public URL: pages name each other below it
 */
export function serveDocsSite(fastify: FastifyInstance, folder: string, base: string): void {
  const files = new Set(existsSync(folder) ? filesOf(folder) : []);
  fastify.get('/docs', (_request, reply) => reply.redirect('/docs/', 308));
  fastify.get('/docs/*', async (request: FastifyRequest<{ Params: { '*': string } }>, reply) => {
    if (files.size === 0) return reply.code(404).type('text/plain; charset=utf-8').send(`${NOT_BUILT}\n`);
    const name = nameOf(request.params['*'], files);
    if (name === null) void reply.code(404);
    return sendFile(reply, folder, name ?? '404.html', `${base}/docs/`);
  });
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

/** The file for what is asked for, which may leave out `.html` and `index.html`; only files that were there at the start. */
function nameOf(asked: string, files: ReadonlySet<string>): string | null {
  const names = [asked, `${asked}.html`, `${asked}index.html`];
  return names.find((name) => files.has(name)) ?? null;
}

async function sendFile(
  reply: FastifyReply,
  folder: string,
  name: string,
  place: string,
): Promise<FastifyReply> {
  const ending = path.extname(name);
  const bytes = await readFile(path.join(folder, name));
  const body = TEXTS.has(ending) ? bytes.toString('utf8').replaceAll(BUILT_BASE, () => place) : bytes;
  if (ending === '.html') void reply.header('content-security-policy', policyFor(String(body)));
  // All but the pages and one style have their content's hash in their names.
  const lasts = name.startsWith('assets/');
  return reply
    .header('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'no-cache')
    .type(TYPES[ending] ?? 'application/octet-stream')
    .send(body);
}

/** The page's own scripts by their digests, no others; colours of code are styles of elements. */
function policyFor(page: string): string {
  const own = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)]
    .map((found) => `'sha256-${createHash('sha256').update(String(found[1])).digest('base64')}'`)
    .join(' ');
  return `default-src 'self'; script-src 'self' ${own}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'`;
}
