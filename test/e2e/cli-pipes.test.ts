import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

const CLI = `"${process.execPath}" "${path.resolve('dist/apps/cli/src/main.js')}"`;

let site: Installation;
let server: TestModelServer;
let folder: string;
let admin: string;
beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => json(response, {}));
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-pipes-'));
  admin = await site.api.token('admin');
  for (let i = 0; i < 30; i++)
    await site.api.call('POST', '/models', { name: `model-${i}`, description: 'x'.repeat(4_000) });
});
afterAll(async () => {
  await site.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a shell makes of it; `{cli}` is the program. */
function shell(
  line: string,
  input: Buffer | string = '',
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('bash', ['-c', `set -o pipefail; ${line.replaceAll('{cli}', CLI)}`], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      UNDERSTUDY_CONFIG: path.join(folder, 'config'),
      API_URL: site.api.url,
      UNDERSTUDY_TOKEN: admin,
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

describe('output that nobody reads on', () => {
  it.each([
    ['{cli} models | head -1', 0],
    ['{cli} --output json models | head -c 10', 0],
    ['{cli} --output json models | true', 0],
    ['{cli} --help | true', 0],
    ['{cli} completion bash | true', 0],
    ['{cli} versions nobody 2> >(true) | true', 1],
  ])('%s ends quietly', async (line, code) => {
    const ran = await shell(line);
    expect([ran.err, ran.code]).toEqual(['', code]);
  });

  it('says why on a full disk', async () => {
    const ran = await shell('{cli} --output json models > /dev/full');
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^The output cannot be written: .*ENOSPC/),
    });
    expect(ran.err.split('\n')).toHaveLength(2);
  });
});

const swap = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
const WRITTEN: [string, (text: string) => Buffer][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a mark and CRLF', (text) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`)],
  [
    'UTF-16 as PowerShell writes it',
    (text) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le'),
  ],
  ['UTF-16 the other way round', (text) => swap(Buffer.from(`\ufeff${text}`, 'utf16le'))],
];
describe.each(WRITTEN)('a manifest in %s', (how, encode) => {
  const name = `größe ${how}`;
  const manifest = `model: "${name}"\ndescription: |\n  two\n  lines\nservingUrl: SERVER\nrollout: false\n`;
  const written = (): Buffer => encode(manifest.replace('SERVER', server.url));
  it('is registered from a file, from standard input, and by -f -', async () => {
    await writeFile(path.join(folder, 'm.yaml'), written());
    const lines = [
      '{cli} register m.yaml',
      '{cli} register -',
      '{cli} register -f -',
      '{cli} register -f m.yaml',
    ];
    for (const [i, line] of lines.entries()) {
      const ran = await shell(line, written());
      expect([ran.code, ran.err, ran.out.trim()]).toEqual([0, '', `registered ${name} version ${i + 1}`]);
    }
    const { body } = await site.api.call('GET', `/models/${encodeURIComponent(name)}/versions/2`);
    expect(body['description']).toBe('two\nlines\n');
  });
  it('is taken by the api itself', async () => {
    const response = await fetch(`${site.api.url}/api/v1/manifests`, {
      method: 'POST',
      body: written(),
      headers: { 'content-type': 'application/yaml', authorization: `Bearer ${admin}` },
    });
    expect(response.status).toBe(201);
  });
});

describe('what is no manifest', () => {
  it.each([
    ['{cli} register -', '', 'standard input is empty.'],
    ['{cli} register - < /dev/null', '', 'standard input is empty.'],
    ['{cli} register -', '\ufeff \r\n', 'standard input is empty.'],
    ['{cli} register none.yaml', '', 'none.yaml: there is no such file.'],
    ['{cli} register .', '', '. cannot be read (EISDIR'],
    [
      '{cli} register -',
      Buffer.from('größe: 1', 'latin1'),
      'standard input is no UTF-8 text. Save it as UTF-8.',
    ],
    ['{cli} register', '', 'Name one manifest'],
    ['{cli} policy validate -', '', 'standard input is empty.'],
  ])('%s is wrong usage, in one line', async (line, input, because) => {
    const ran = await shell(line, input);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain(because);
    expect(ran.err.trim().split('\n')).toHaveLength(1);
  });
});

it('takes a policy from standard input, and a token as PowerShell pipes it', async () => {
  const policy =
    'name: p\r\nsteps:\r\n  - canary: { weight: 10%, minRequests: 1, maxDuration: 1h }\r\ngates:\r\n  - { metric: error_rate, maxIncrease: 0.1 }\r\n';
  expect(await shell('{cli} policy validate -', Buffer.from(`\ufeff${policy}`, 'utf16le'))).toMatchObject({
    code: 0,
    err: '',
  });
  const login = await shell(
    `env -u UNDERSTUDY_TOKEN {cli} login --url ${site.api.url}/`,
    Buffer.from(`\ufeff${admin}\r\n`, 'utf16le'),
  );
  expect(login).toMatchObject({ code: 0, err: '' });
});
