import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../support/api.ts';

/** What terminals and CI runners obey, and what turns writing around, in any order; the seed is printed by a failure. */
const SEED = 17;
/** A process for each text and command: one in each run of the tests, beside the two known ones; 5 in `npm run test:nightly`. */
const GENERATED = Number(process.env['PRINTED_TEXTS'] ?? 1);
const part = fc.constantFrom(
  ...[
    '\u001b]0;OWNED\u0007',
    '\u001b[2J',
    '\u009b31m',
    '\u009d',
    '\n',
    '\r',
    '\r\n',
    '\t',
    '\u2028',
    '\u202e',
    '\u2066',
  ],
  ...[
    '::error title=forged::lost',
    '::stop-commands::x',
    '::set-output name=a::b',
    '##[error]x',
    '##vso[task.x]y',
    ' ',
  ],
  ...[
    '##teamcity[x]',
    '\u0085',
    '\b',
    '\u0000',
    'words',
    '%0A',
    '<b>',
    '`',
    '[x](http://evil.example)',
    '"',
    '\\',
  ],
);
const hostile = fc.array(part, { minLength: 3, maxLength: 14 }).map((parts) => parts.join(''));
const TEXTS = [
  'x\u001b]0;OWNED\u0007\u001b[2J\n::error title=forged::all is lost\n::stop-commands::x',
  '::error::first',
  '##[error]\u009b2J\u202e',
  ...fc.sample(hostile, { seed: SEED, numRuns: GENERATED }),
];

const ID = randomUUID();
let text = '';
let server: Server;
let url: string;
let folder: string;

/** A rollout that has ended, with what somebody wrote in every place that is text. */
const rollout = (): Json => ({
  ...{ id: ID, model: text, version: 2, intent: 'release', from: 1, state: 'rolled_back', queued: false },
  ...{ step: { index: 0, kind: 'canary', weight: 100, startedAt: null }, reason: text, createdBy: text },
  ...{ createdAt: new Date(0).toISOString(), endedAt: null, legalActions: [], approvals: [] },
  checks: [{ check: 'golden', outcome: 'fail', because: text, saw: {} }],
  policy: { name: text, steps: [{ canary: { weight: text, duration: text } }] },
  verdicts: [
    {
      gate: text,
      segment: text,
      verdict: 'fail',
      because: text,
      dryRun: false,
      estimate: null,
      margin: null,
    },
  ],
  decision: { kind: 'rollback', because: text, at: new Date(0).toISOString() },
});
const item = (): Json => ({
  ...{ id: text, name: text, model: text, version: 1, description: text, state: text, aliases: [text] },
  ...{ metrics: { [text]: 1 }, createdBy: text, scopes: [text], models: [text], primary: 1 },
});
function answerTo(method: string, where: string): [number, Json] {
  if (where.includes('/problem')) {
    const errors = [{ pointer: text, detail: text }];
    return [422, { status: 422, code: 'request_invalid', detail: text, errors }];
  }
  if (where.endsWith('/evidence')) return [200, { items: [] }];
  if (where.includes(`/rollouts/${ID}`)) return [200, rollout()];
  if (where.endsWith('/rollouts')) return [200, { items: [rollout()], nextPageToken: null }];
  if (where.endsWith('/manifests')) return [201, { ...item(), rollout: rollout() }];
  if (where.endsWith('/audit/verify'))
    return [
      200,
      { intact: false, events: 1, models: 1, breaks: [{ model: text, sequence: 1, because: text }] },
    ];
  if (where.endsWith('/policies/validate'))
    return [200, { valid: true, hash: text, plan: { text: [text, text] } }];
  if (where.endsWith('/tokens') && method === 'POST') return [201, { token: 'us_x', name: text }];
  if (where.endsWith('/auth/me')) return [200, { name: text, scopes: [text] }];
  if (/\/(models|versions|tokens)$/.test(where)) return [200, { items: [item()], nextPageToken: null }];
  return [404, { status: 404, code: 'not_found', detail: text, errors: [] }];
}

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const [where = ''] = (request.url ?? '').split('?');
    const [status, body] = answerTo(request.method ?? '', where);
    response
      .writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-printed-'));
  await writeFile(path.join(folder, 'understudy.yaml'), 'model: m\n');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const run = (command: string, args: string[], env: Record<string, string>): Promise<string> =>
  new Promise((resolve) => {
    const options = {
      env: { PATH: process.env['PATH'], HOME: folder, ...env },
      cwd: folder,
      timeout: 30_000,
    };
    execFile(command, args, options, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
const MAIN = path.resolve('dist/apps/cli/src/main.js');
const forCli = () => ({
  API_URL: url,
  UNDERSTUDY_TOKEN: 'us_x',
  UNDERSTUDY_CONFIG: path.join(folder, 'config'),
});

/** The lines that a terminal or a runner takes for more than text. */
const obeyed = (output: string): string[] =>
  output.split('\n').filter(
    (line) =>
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(line) ||
      line.trimStart().startsWith('::') ||
      /##(\[|vso\[|teamcity\[)/.test(line),
  );

describe('what others wrote is printed as text', () => {
  it.each([
    ['models'],
    ['versions', 'm'],
    ['rollout', 'list', 'm'],
    ['rollout', 'get', ID],
    ['rollout', 'watch', ID],
    ['rollout', 'watch', ID, '--output', 'json'],
    ['rollout', 'pause', ID, '--reason', 'x'],
    ['models', '--output', 'json'],
    ['versions', 'problem'],
    ['register', 'understudy.yaml', '--wait'],
    ['token', 'list'],
    ['token', 'rotate', 'absent'],
    ['policy', 'plan', 'understudy.yaml'],
    ['audit', 'verify'],
  ])(
    'by understudy %s %s',
    async (...words) => {
      for (text of TEXTS) {
        const output = await run(process.execPath, [MAIN, ...words], forCli());
        expect([text, obeyed(output)]).toEqual([text, []]);
        expect(output).not.toBe('');
      }
    },
    120_000,
  );

  (spawnSync('script', ['--version']).status === 0 ? it : it.skip)(
    'on a terminal, with colours of ours and no others',
    async () => {
      for (text of TEXTS) {
        const command = `exec '${process.execPath}' '${MAIN}' rollout get ${ID}`;
        const output = await run('script', ['-qefc', command, '/dev/null'], {
          ...{ ...forCli(), TERM: 'xterm-256color' },
        });
        // eslint-disable-next-line no-control-regex -- what styleText writes, and the terminal's newlines
        const plain = output.replace(/\u001b\[(0|1|2|22|3\d|39|9\d)m/g, '').replaceAll('\r\n', '\n');
        expect([text, obeyed(plain)]).toEqual([text, []]);
      }
    },
    120_000,
  );

  it.each([
    ['on GitHub', { GITHUB_ACTIONS: 'true' }],
    ['elsewhere', {}],
  ])(
    'by the action, %s',
    async (_where, env) => {
      for (text of TEXTS) {
        const [outputs, summary] = [path.join(folder, 'outputs'), path.join(folder, 'summary')];
        await Promise.all([writeFile(outputs, ''), writeFile(summary, '')]);
        const files = { GITHUB_OUTPUT: outputs, GITHUB_STEP_SUMMARY: summary };
        const with_ = { UNDERSTUDY_URL: url, UNDERSTUDY_TOKEN: 'us_x', ...files, ...env };
        const output = await run(process.execPath, [path.resolve('action/release.mjs')], with_);
        const ours = /^::(add-mask::us_x|error title=Understudy::[^\n]*)$/;
        expect([text, obeyed(output).filter((line) => !ours.test(line))]).toEqual([text, []]);
        expect((await readFile(outputs, 'utf8')).split('\n').map((line) => line.split('=')[0])).toEqual([
          ...['model', 'version', 'rollout', 'state', ''],
        ]);
        expect(obeyed(await readFile(summary, 'utf8'))).toEqual([]);
        const refused = await run(process.execPath, [path.resolve('action/release.mjs')], {
          ...{ ...with_, UNDERSTUDY_URL: `${url}/problem` },
        });
        expect([text, obeyed(refused).filter((line) => !ours.test(line))]).toEqual([text, []]);
      }
    },
    120_000,
  );

  (spawnSync('jq', ['--version']).status === 0 ? it : it.skip)(
    'by the script for any CI system',
    async () => {
      for (text of TEXTS)
        for (const at of [url, `${url}/problem`]) {
          const env = { UNDERSTUDY_URL: at, UNDERSTUDY_TOKEN: 'us_x' };
          const output = await run('bash', [path.resolve('examples/ci/release.sh')], env);
          expect([text, obeyed(output)]).toEqual([text, []]);
          expect(output).not.toBe('');
        }
    },
    120_000,
  );
});

it('what releases from CI says nothing of an address or a token that can never work', async () => {
  const programs = [
    [process.execPath, [path.resolve('action/release.mjs')]],
    ['bash', [path.resolve('examples/ci/release.sh')]],
  ] as const;
  const manifest = path.join(folder, 'no-secrets.yaml');
  await writeFile(manifest, 'model: m\n');
  for (const [program, args] of programs)
    for (const at of [
      ...['http://us:pl4nted@127.0.0.1:9', 'http://:pl4nted@127.0.0.1:9', 'htp:/us:pl4nted@x', 'pl4nted'],
      ...['http://127.0.0.1:9/?key=pl4nted', 'http://127.0.0.1:9#pl4nted'],
    ]) {
      const env = { UNDERSTUDY_URL: at, UNDERSTUDY_TOKEN: 'us_x', MANIFEST: manifest };
      const output = await run(program, [...args], env);
      expect([at, output]).toEqual([at, expect.stringContaining('https://understudy.example')]);
      expect([at, output]).not.toEqual([at, expect.stringContaining('pl4nted')]);
    }
  const env = {
    UNDERSTUDY_URL: 'http://127.0.0.1:9',
    UNDERSTUDY_TOKEN: 'us_pl4nted\u017e',
    MANIFEST: manifest,
  };
  const output = await run(process.execPath, [path.resolve('action/release.mjs')], env);
  expect(output).toContain('the token has');
  expect(output).not.toContain('pl4nted');
});

it('a log holds the same words, and nothing that is obeyed', async () => {
  const file = path.join(folder, 'log.mjs');
  // In a process of its own: it writes to the real standard error.
  const lib = path.resolve('dist/libs/observe/src/index.js');
  await writeFile(
    file,
    `import { createLogger } from ${JSON.stringify(`file://${lib}`)};
const log = createLogger('test', 'info');
for (const text of JSON.parse(process.env.TEXTS)) log.info({ path: text, err: new Error(text) }, text);`,
  );
  const texts = [...TEXTS, ...fc.sample(hostile, { seed: SEED, numRuns: 5 })];
  const output = await run(process.execPath, [file], { TEXTS: JSON.stringify(texts) });
  expect(obeyed(output)).toEqual([]);
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
  expect(lines.map((line) => line['msg'])).toEqual(texts);
});
