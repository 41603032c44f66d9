import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { playScene, SEEN_SCENES } from '../support/seen-scenes.ts';

/* The CLI looks, and somebody else acts before its command arrives: a proxy between them holds the command until then. */

const MAIN = path.resolve('dist/apps/cli/src/main.js');
let site: Installation;
let server: TestModelServer;
let proxy: Server;
let admin: string;
/** What happens before the next command is let through. */
let meanwhile: (() => Promise<void>) | null = null;
/** Preconditions that commands brought. */
const matched: (string | undefined)[] = [];
beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => json(response, {}));
  admin = await site.api.token('admin');
  proxy = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      void (async () => {
        if (request.method === 'POST') {
          matched.push(request.headers['if-match']);
          await meanwhile?.();
          meanwhile = null;
        }
        const { host: _, connection: _c, 'content-length': _l, ...headers } = request.headers;
        const answer = await fetch(`${site.api.url}${request.url}`, {
          method: request.method ?? 'GET',
          headers: headers as Record<string, string>,
          ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
        });
        const type = answer.headers.get('content-type') ?? 'application/json';
        response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
      })();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await site.close();
  await server.stop();
});

async function cli(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = {
    ...{ PATH: process.env['PATH'], HOME: '/nonexistent', UNDERSTUDY_TOKEN: admin },
    API_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  };
  const child = spawn(process.execPath, [MAIN, ...args], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

it.each(SEEN_SCENES)('$command does nothing when somebody else has acted ($meanwhile)', async (scene) => {
  const { model, id, say, standing } = await playScene(site, server.url, scene);
  let after = '';
  meanwhile = async () => {
    await say(scene.meanwhile);
    after = await standing();
  };
  const args = scene.command === 'rollback' ? ['rollback', model] : ['rollout', scene.command, id];
  const { code, err } = await cli(...args, '--reason', 'a test');
  expect(err).toMatch(/It has changed since you looked \(.+\); now: .+\. Nothing was done/);
  expect(code).toBe(1);
  expect(await standing()).toBe(after);
  expect(matched.at(-1)).toMatch(/^"r\d+"$/);
});

it.each(SEEN_SCENES)('$command is carried out where all is as it was', async (scene) => {
  const { model, id, standing } = await playScene(site, server.url, scene);
  const before = await standing();
  const args = scene.command === 'rollback' ? ['rollback', model] : ['rollout', scene.command, id];
  const { code, err } = await cli(...args, '--reason', 'a test');
  // It says what it saw.
  expect([code, err]).toEqual([0, expect.stringContaining(model)]);
  expect(await standing()).not.toBe(before);
});

/** A word to the model itself, while version 4 is on trial. */
it.each([
  ['promote', '2'],
  ['retire', ''],
])(
  '%s %s of a model does nothing when somebody has rolled it back meanwhile, and is carried out else',
  async (command, version) => {
    const { model, say, standing } = await playScene(site, server.url, SEEN_SCENES[0]!);
    let after = '';
    meanwhile = async () => {
      await say('rollback');
      after = await standing();
    };
    const args = [command, model, ...(version === '' ? [] : [version]), '--reason', 'a test'];
    const refused = await cli(...args);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('It has changed since you looked'),
    ]);
    expect(await standing()).toBe(after);
    expect(matched.at(-1)).toMatch(/^"r\d+"$/);
    expect((await cli(...args)).code).toBe(0);
    expect(await standing()).not.toBe(after);
    // It is so already, whatever has happened to the route.
    expect((await cli(...args)).code).toBe(0);
  },
);

it('two people who type the same after each other go back once', async () => {
  const { model, standing } = await playScene(site, server.url, SEEN_SCENES[0]!);
  expect((await cli('rollback', model, '--reason', 'the candidate')).code).toBe(0);
  const after = await standing();
  const second = await cli('rollback', model, '--reason', 'the candidate');
  expect([second.code, second.out]).toEqual([0, expect.stringContaining('nothing more was done')]);
  expect(await standing()).toBe(after);
});
