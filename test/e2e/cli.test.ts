import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

const MAIN = path.resolve('dist/apps/cli/src/main.js');
const hasTerminal = spawnSync('script', ['--version']).status === 0;

let site: Installation;
let server: TestModelServer;
let folder: string;
let admin: string;
beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((request, _body, response) =>
    json(response, { label: request.url?.includes('bad') ? 'cat' : 'dog' }),
  );
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-cli-'));
  admin = await site.api.token('admin');
});
afterAll(async () => {
  await site.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
const environment = (more: Record<string, string> = {}) => ({
  ...{ PATH: process.env['PATH'], HOME: folder, UNDERSTUDY_CONFIG: path.join(folder, 'config') },
  ...{ API_URL: site.api.url, UNDERSTUDY_TOKEN: admin, TERM: 'xterm-256color' },
  ...more,
});
function run(
  command: string,
  args: string[],
  env = environment(),
  input = '',
): { done: Promise<Ran>; output: () => string; signal: (name: NodeJS.Signals) => void } {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  child.stdin.end(input);
  return {
    done: new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err }))),
    output: () => out,
    signal: (name) => void child.kill(name),
  };
}
const cli = (...args: string[]): Promise<Ran> => run(process.execPath, [MAIN, ...args]).done;
/** In a terminal of its own. */
const terminal = (...args: string[]) =>
  run('script', [
    '-qefc',
    `stty rows 40 cols 120; exec ${[process.execPath, MAIN, ...args].map((one) => `'${one}'`).join(' ')}`,
    '/dev/null',
  ]);

async function manifest(model: string, place: string, more = ''): Promise<string> {
  const file = path.join(folder, `${model}-${place}.yaml`);
  await writeFile(file, `model: ${model}\nservingUrl: ${server.url}/${place}\n${more}`);
  return file;
}
const golden = {
  name: 'a dog',
  method: 'POST',
  path: '/predict',
  body: {},
  expect: [{ path: '$.label', equals: 'dog' }],
};

describe('understudy', () => {
  it('registers, waits, and its exit code says how it went', async () => {
    await site.api.call('POST', '/models', { name: 'cli-digits' });
    await site.api.call('PUT', '/models/cli-digits/golden', { items: [golden] });
    const good = await cli('register', await manifest('cli-digits', 'good'), '--wait');
    expect([good.code, good.out]).toEqual([0, expect.stringContaining('succeeded')]);
    expect(good.err).toContain('registered cli-digits version 1');
    const bad = await cli('register', await manifest('cli-digits', 'bad'), '--wait', '--output', 'json');
    expect([bad.code, JSON.parse(bad.out)]).toEqual([
      3,
      expect.objectContaining({ state: 'rolled_back', version: 2 }),
    ]);
    expect(bad.err).toMatch(/cli-digits 2: rolled_back/);
  });

  it('uploads an artifact, and puts its digest into the manifest', async () => {
    const file = path.join(folder, 'model.bin');
    await writeFile(file, 'some bytes');
    const text = 'rollout: false\nartifact: { digest: "${ARTIFACT_DIGEST}" }\n';
    const made = await cli('register', await manifest('cli-upload', 'good', text), '--artifact', file);
    expect([made.code, made.out]).toEqual([0, 'registered cli-upload version 1\n']);
    const { body } = await site.api.call('GET', '/models/cli-upload/versions/1');
    expect(body['artifact'].digest).toMatch(/^sha256:/);
  });

  it('releases in prod what is proven in staging, by one copy', async () => {
    const file = path.join(folder, 'env.bin');
    const register = async (bytes: string, more: string): Promise<Ran> => {
      await writeFile(file, bytes);
      const text = `artifact: { digest: "${'${ARTIFACT_DIGEST}'}" }\nmetrics: { auc: 0.9 }\n${more}`;
      return cli('register', await manifest('cli-staging', 'good', text), '--artifact', file, '--wait');
    };
    expect((await register('first', '')).code).toBe(0);
    await site.api.call('POST', '/models', { name: 'cli-prod' });
    const chained = await cli('environment', 'set', 'cli-prod', 'prod', '--after', 'cli-staging');
    expect([chained.code, chained.out]).toEqual([0, expect.stringContaining('after cli-staging')]);
    const url = ['--serving-url', `${server.url}/good`, '--rollout'];
    const copied = await cli('copy', 'cli-staging', '1', 'cli-prod', ...url, '--wait');
    expect([copied.code, copied.out]).toEqual([0, expect.stringContaining('succeeded')]);
    const copy = (await site.api.call('GET', '/models/cli-prod/versions/1')).body;
    const original = (await site.api.call('GET', '/models/cli-staging/versions/1')).body;
    expect(copy).toMatchObject({ artifact: original['artifact'], metrics: { auc: 0.9 } });
    expect(copy['source']).toEqual({ copyOf: 'cli-staging/versions/1' });

    expect((await register('second', 'rollout: false\n')).code).toBe(0);
    const early = await cli('copy', 'cli-staging', '2', 'cli-prod', ...url);
    expect([early.code, early.err]).toEqual([1, expect.stringMatching(/not proven in "cli-staging"/)]);
    expect((await site.api.call('GET', '/models/cli-prod/versions/2')).status).toBe(404);
    expect((await cli('copy', 'cli-staging', '2', 'cli-prod', ...url.slice(0, 2))).code).toBe(0);
    const past = ['rollout', 'start', 'cli-prod', '2', '--reason', 'outage', '--override-environment'];
    const started = await cli(...past, '--output', 'json');
    expect(JSON.parse(started.out)).toMatchObject({ overridesEnvironment: true });
    expect((await cli('rollout', 'abort', 'cli-prod', '--reason', 'over')).code).toBe(0);
    const gone = await site.api.call('DELETE', '/models/cli-staging');
    expect(gone.body['code']).toBe('model_serves');
  });

  it('lists for people and for programs', async () => {
    const people = await cli('models');
    expect(people.out).toMatch(/^NAME +PRIMARY +HEALTH +UPDATED +DESCRIPTION\n/);
    expect(people.out).toMatch(/\ncli-digits +1 /);
    const programs = JSON.parse((await cli('versions', 'cli-digits', '--output', 'json')).out) as {
      version: number;
    }[];
    expect(programs.map(({ version }) => version)).toEqual([2, 1]);
    expect((await cli('rollout', 'list', 'cli-digits')).out).toContain('rolled_back');
    expect((await cli('rollout', 'get', 'cli-digits')).out).toMatch(/State +rolled back/);
  });

  it('sends a terminal nothing that somebody else has written for it', async () => {
    await site.api.call('POST', '/models', {
      name: 'cli-evil',
      description: '\u001b]0;owned\u0007\u001b[31mred',
    });
    const { out } = await cli('models');
    expect(out).toContain('cli-evil');
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(out).not.toMatch(/[\u0007\u001b]/);
  });

  it('keeps a login for its owner only, and uses it', async () => {
    const env = { ...environment(), API_URL: '', UNDERSTUDY_TOKEN: '' };
    const login = await run(process.execPath, [MAIN, 'login', '--url', `${site.api.url}/`], env, `${admin}\n`)
      .done;
    expect([login.code, login.out]).toEqual([0, expect.stringContaining('admin may admin')]);
    const file = path.join(folder, 'config', 'login.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ url: site.api.url, token: admin });
    expect((await run(process.execPath, [MAIN, 'models'], env).done).code).toBe(0);
  });

  it('says what is wrong, with a code of its own for each kind', async () => {
    const refused = await run(
      process.execPath,
      [MAIN, 'models'],
      environment({ UNDERSTUDY_TOKEN: 'us_wrong' }),
    ).done;
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('checksum does not match')]);
    const away = await run(process.execPath, [MAIN, 'models'], environment({ API_URL: 'http://127.0.0.1:1' }))
      .done;
    expect([away.code, away.err]).toEqual([
      4,
      expect.stringContaining('Nobody answers at http://127.0.0.1:1'),
    ]);
    expect(await cli('modles')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean models?'),
    });
    expect(await cli('rollout', 'start', 'cli-digits', 'latest')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is no version'),
    });
    expect(await cli('rollback', 'cli-digits')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--reason'),
    });
    const mistakes = await cli('register', await manifest('cli-digits', 'wrong', 'metrics: { a: x }\n'));
    expect([mistakes.code, mistakes.err]).toEqual([1, expect.stringContaining('/metrics/a')]);
    expect((await cli('rollout', 'get', 'cli-upload')).err).toContain('has had no rollout yet');
  });

  it('checks policies, and tries them on what has happened', async () => {
    const file = path.join(folder, 'policy.yaml');
    await writeFile(
      file,
      'name: mine\nsteps:\n  - canary: { weight: 10%, minRequests: 5, maxDuration: 1h }\ngates:\n  - { metric: error_rate, maxIncrease: 0.1 }\n',
    );
    expect(await cli('policy', 'validate', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('sha256:'),
    });
    expect((await cli('policy', 'plan', file, '--requests-per-second', '10')).out).toMatch(/Canary at 10%/);
    // No worker here has a judge: that is said of a policy that is a good one otherwise, and saved.
    const judged = path.join(folder, 'judged.yaml');
    await writeFile(
      judged,
      'name: judged\nsteps:\n  - shadow: { minRequests: 5, maxDuration: 1h }\ngates:\n  - { metric: judge_win_rate, min: 0.4, name: "mehr „gut“" }\n',
    );
    const warning = /Warning: .*"mehr „gut“": it needs JUDGE_URL and JUDGE_MODEL/;
    for (const command of ['validate', 'plan'])
      expect(await cli('policy', command, judged)).toMatchObject({
        ...{ code: 0, err: expect.stringMatching(warning) },
      });
    await site.api.call('POST', '/models', { name: 'cli-judged' });
    expect(await cli('policy', 'set', 'cli-judged', judged)).toMatchObject({
      ...{ code: 0, err: expect.stringMatching(warning), out: expect.stringContaining('from now on') },
    });
    // It came back as JSON with its keys sorted by their length, and without comments.
    const text = `# Agreed with the team\n${await readFile(judged, 'utf8')}`;
    await writeFile(judged, text);
    expect(await cli('policy', 'set', 'cli-judged', judged)).toMatchObject({ code: 0 });
    expect((await cli('policy', 'get', 'cli-judged')).out).toBe(text);
    // In flow style it begins as JSON does; one that is longer than the api reads as YAML goes as JSON (both failed).
    const flow =
      '{name: flow, steps: [{canary: {weight: 10%, minRequests: 5, maxDuration: 1h}}], gates: [{metric: error_rate, maxIncrease: 0.1}]}\n';
    const put = await fetch(`${site.api.url}/api/v1/models/cli-judged/policy`, {
      ...{ method: 'PUT', body: flow },
      headers: {
        authorization: `Bearer ${await site.api.token('admin')}`,
        'content-type': 'application/yaml',
      },
    });
    expect(put.status).toBe(200);
    expect((await cli('policy', 'get', 'cli-judged')).out).toBe(flow);
    const long = path.join(folder, 'long.yaml');
    await writeFile(long, `${'# a long story\n'.repeat(20_000)}${text}`);
    expect(await cli('policy', 'set', 'cli-judged', long)).toMatchObject({ code: 0 });
    expect((await cli('policy', 'get', 'cli-judged')).out).toContain('judge_win_rate');
    const { body } = await site.api.call('GET', '/models/cli-digits/rollouts');
    const replay = await cli('policy', 'replay', body['items'][0].id);
    expect([replay.code, replay.out]).toEqual([0, 'It decides the same.\n']);
    await writeFile(file, 'steps: []\nsteppes: 1\n');
    expect(await cli('policy', 'validate', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('steppes'),
    });
  });

  it('makes, rotates and revokes tokens', async () => {
    const made = JSON.parse(
      (await cli('token', 'create', 'ci', '--role', 'publisher', '--models', 'cli-*', '--output', 'json'))
        .out,
    ) as { id: string; token: string };
    expect(made).toMatchObject({ models: ['cli-*'], scopes: ['read', 'publish'] });
    expect((await cli('token', 'rotate', made.id, '--overlap', '1h')).out).toMatch(/^us_\w{36}\n$/);
    expect((await cli('token', 'list')).out).toMatch(/cli-\*/);
    expect((await cli('token', 'revoke', made.id)).code).toBe(0);
    expect((await cli('token', 'create', 'x', '--role', 'king')).code).toBe(2);
  });

  it('goes back at once', async () => {
    await cli('register', await manifest('cli-back', 'good'), '--wait');
    await cli('register', await manifest('cli-back', 'good', 'rollout: false\n'));
    await site.api.call('POST', '/models/cli-back/promote', { version: 2, reason: 'test' });
    const back = await cli('rollback', 'cli-back', '--reason', 'complaints');
    expect([back.code, back.out]).toEqual([0, expect.stringContaining('version 1 serves')]);
  });

  it('completes commands and options', async () => {
    expect((await cli('__complete', 'rollout', 'p')).out).toBe('pause\npromote\n');
    expect((await cli('__complete', 'rollback', '--')).out).toContain('--reason\n');
    const bash = await cli('completion', 'bash');
    expect(spawnSync('bash', ['-n'], { input: bash.out }).status).toBe(0);
  });

  it('verifies the record', async () => {
    expect(await cli('audit', 'verify')).toMatchObject({ code: 0, out: expect.stringContaining('intact') });
    const client = new pg.Client({ connectionString: site.api.databaseUrl });
    await client.connect();
    await client.query(
      `ALTER TABLE event DISABLE TRIGGER ALL; UPDATE event SET actor = 'x' WHERE type = 'model.created'`,
    );
    await client.end();
    expect(await cli('audit', 'verify')).toMatchObject({
      code: 1,
      err: expect.stringContaining('The record was changed'),
    });
  });
});

const inTerminal = hasTerminal ? describe : describe.skip;
inTerminal('in a terminal', () => {
  it('watch draws the track in place, survives a restart of the api, and ends with the right code', async () => {
    await cli('register', await manifest('cli-watch', 'good'), '--wait');
    const steps = [{ approval: {} }, { canary: { weight: '10%', minRequests: 1, maxDuration: '1h' } }];
    const policy = { name: 'asks', steps, gates: [{ metric: 'error_rate', maxIncrease: 0.1 }] };
    await cli(
      'register',
      await manifest('cli-watch', 'good', `rollout: { policy: ${JSON.stringify(policy)} }\n`),
    );
    const watching = terminal('rollout', 'watch', 'cli-watch');
    await eventually(
      async () => watching.output(),
      (text) => text.includes('awaiting approval'),
    );
    expect(watching.output()).toMatch(/● approval {2}○ canary 10%/);
    await site.api.process.kill('SIGKILL');
    await eventually(
      async () => watching.output(),
      (text) => text.includes('Trying again'),
    );
    await site.startApiAgain();
    const drawnBefore = watching.output().length;
    expect((await cli('rollout', 'reject', 'cli-watch', '--reason', 'the data set is wrong')).code).toBe(0);
    const { code, out } = await watching.done;
    expect(code).toBe(3);
    expect(out.slice(drawnBefore)).toContain('the data set is wrong');
    // In place: lines are erased and written again; the screen is never cleared, so nothing flickers.
    const escape = '\u001b';
    expect(out.split(escape).some((part) => /^\[\d+A/.test(part))).toBe(true);
    for (const clear of ['[2J', '[H', 'c']) expect(out).not.toContain(escape + clear);
    // The cursor is given back.
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'));
  });

  it('what does not change is not drawn again', async () => {
    await cli('register', await manifest('cli-still', 'good'), '--wait');
    const steps = [{ approval: {} }, { canary: { weight: '10%', minRequests: 1, maxDuration: '1h' } }];
    const policy = { name: 'asks', steps, gates: [{ metric: 'error_rate', maxIncrease: 0.1 }] };
    await cli(
      'register',
      await manifest('cli-still', 'good', `rollout: { policy: ${JSON.stringify(policy)} }\n`),
    );
    const watching = terminal('rollout', 'watch', 'cli-still');
    await eventually(
      async () => watching.output(),
      (text) => text.includes('awaiting approval'),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const before = watching.output().length;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(watching.output().length).toBe(before);
    await cli('rollout', 'abort', 'cli-still', '--reason', 'enough');
    expect((await watching.done).code).toBe(3);
  });
});
