import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { serveDocsSite } from './docs-site.ts';

const SCRIPT = 'document.title = "$&";';
const PAGE = `<script src="/__understudy_docs__/assets/app.js"></script><script id="own">${SCRIPT}</script>`;

describe('serveDocsSite', () => {
  let folder: string;
  let server: FastifyInstance;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'understudy-docs-')), 'docs');
    await mkdir(path.join(folder, 'guides'), { recursive: true });
    await mkdir(path.join(folder, 'assets'));
    for (const name of ['index.html', '404.html', 'guides/tour.html'])
      await writeFile(path.join(folder, name), `${name} ${PAGE}`);
    await writeFile(path.join(folder, 'assets/app.js'), 'import("/__understudy_docs__/assets/more.js")');
    await writeFile(path.join(folder, '../secret.html'), 'secret');
    server = fastify();
  });
  afterEach(async () => {
    await server.close();
    await rm(path.dirname(folder), { recursive: true });
  });
  /** As it is asked for: `fetch` would resolve `..` by itself. */
  const ask = async (at: string) => {
    if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const [answer] = (await once(request({ port, path: at }).end(), 'response')) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };

  it('leads below the path of the public URL', async () => {
    serveDocsSite(server, folder, '/tools/$&');
    expect((await ask('/docs/')).body).toContain('src="/tools/$&/docs/assets/app.js"');
    expect((await ask('/docs/assets/app.js')).body).toBe('import("/tools/$&/docs/assets/more.js")');
  });

  it.each(['/docs/guides/tour', '/docs/guides/tour.html', '/docs/', '/docs/index'])('has %s', async (url) => {
    serveDocsSite(server, folder, '');
    const answer = await ask(url);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('leads from the address without a slash, which has no page', async () => {
    serveDocsSite(server, folder, '');
    expect((await ask('/docs')).headers.location).toBe('/docs/');
  });

  it.each([
    '/docs/none',
    '/docs/guides/',
    '/docs/../secret.html',
    '/docs/..%2fsecret.html',
    '/docs/%2e%2e/secret',
  ])('has no %s', async (url) => {
    serveDocsSite(server, folder, '');
    const answer = await ask(url);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  it('lets the scripts of the page run, and no others', async () => {
    serveDocsSite(server, folder, '');
    const policy = String((await ask('/docs/')).headers['content-security-policy']);
    const digest = createHash('sha256').update(SCRIPT).digest('base64');
    expect(policy).toContain(`script-src 'self' 'sha256-${digest}';`);
    expect((await ask('/docs/assets/app.js')).headers['content-security-policy']).toBeUndefined();
  });

  it('says how to build it where it is not', async () => {
    serveDocsSite(server, path.join(folder, 'none'), '');
    const answer = await ask('/docs/guides/tour');
    expect([answer.status, answer.body]).toEqual([404, expect.stringContaining('npm run docs')]);
  });
});
