import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isReadableByAll, ownRights, processRow, processTable, whyNoUsers } from '#libs/processes';
import { startProcess } from '../support/processes.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import type { Json } from '../support/api.ts';

/** Programs that mean no good, started by the worker as artifacts' model servers. */
const USERS = { first: 60_706, last: 61_183 };
const why =
  whyNoUsers(USERS, ownRights()) ??
  (isReadableByAll(process.execPath) ? null : 'Node.js lies in a closed folder');
const withUsers = why === null ? it : it.skip;
if (why !== null) process.stderr.write(`hostile-artifacts: skipped, since ${why}\n`);

const MEGABYTE = 1_048_576;
const LIMITS = {
  DEPLOYER_MEMORY_BYTES: String(600 * MEGABYTE),
  DEPLOYER_OPEN_FILES: '300',
  DEPLOYER_PROCESSES: '120',
};

let open: string;
let site: Installation;
const urls: Record<string, string> = {};

beforeAll(async () => {
  open = await mkdtemp(path.join(tmpdir(), 'understudy-open-'));
  await chmod(open, 0o755);
  await copyFile('test/support/hostile-server.mjs', path.join(open, 'hostile-server.mjs'));
  site = await startInstallation({
    DEPLOYER_COMMAND: `"${process.execPath}" ${open}/hostile-server.mjs {artifact} {port} --name={model} {model} {version}`,
    DEPLOYER_READY_PATH: '/ready',
    DEPLOYER_ENV: 'A_FLAG_OF_THE_OPERATOR',
    A_FLAG_OF_THE_OPERATOR: '1',
    A_SECRET_OF_THE_OPERATOR: 'never to be seen',
    NODE_ENV: 'production',
    UNDERSTUDY_ADMIN_TOKEN: 'us_of_an_admin_and_secret',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    // Without another user, the test of the clean environment still runs.
    ...(why === null ? {} : { DEPLOYER_USERS: 'off' }),
    ...LIMITS,
  });
  // What npm start keeps there besides; the worker closes it at its next start.
  for (const name of ['secrets.key', 'gateway-token', 'postgres.json'])
    await writeFile(path.join(site.home, name), 'a secret', { mode: 0o644 });
  await site.worker.kill('SIGTERM');
  site.worker = await site.startWorker();
  for (const model of ['evil', 'rival']) urls[model] = await deploy(model);
}, 120_000);
afterAll(async () => {
  await site.close();
  await rm(open, { recursive: true, force: true });
}, 60_000);

async function deploy(model: string, name = model): Promise<string> {
  const bytes = Buffer.from(`the model of ${name}`);
  const file = path.join(open, `${createHash('sha256').update(name).digest('hex')}.bin`);
  await writeFile(file, bytes);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const made = await site.api.call('POST', `/models/${encodeURIComponent(model)}/versions`, {
    artifact: { uri: pathToFileURL(file).href, digest },
    createModel: true,
    rollout: true,
  });
  expect([made.status, made.body['detail']]).toEqual([201, undefined]);
  const { url } = (await eventually(
    () => deployment(model),
    (d) => d['state'] === 'ready',
  )) as Json;
  return url as string;
}
/** As its deployer last reported it. */
const deployment = async (model: string): Promise<Json> => {
  const client = new pg.Client({ connectionString: site.api.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Json>(
      'SELECT state, url, message FROM deployment JOIN model ON id = model_id WHERE name = $1',
      [model],
    );
    return rows[0] ?? {};
  } finally {
    await client.end();
  }
};
const attack = async (model: string, query: string): Promise<Json> =>
  // A connection each: one that was kept may be ended by the server just when it is used again.
  (await fetch(`${urls[model]}/${query}`, { headers: { connection: 'close' } })).json() as Promise<Json>;

describe("an artifact's program", () => {
  it('gets an environment that is made for it, and a folder of its own', async () => {
    const who = await attack('evil', 'who');
    expect(who).toMatchObject({
      environment: ['A_FLAG_OF_THE_OPERATOR', 'HOME', 'PATH', 'PORT', 'TMPDIR'],
      argv: ['--name=evil', 'evil', '1'],
      artifact: 'the model of evil'.length,
      writesAtHome: true,
      writesTemporary: true,
    });
    expect(who['cwd']).toBe(who['home']);
    expect((await attack('rival', 'who'))['home']).not.toBe(who['home']);
  });

  it('inherits no open file but its log', async () => {
    const inherited = (await attack('evil', 'inherited')) as unknown as string[];
    expect(inherited.map((name) => path.basename(name))).toEqual(['evil-1.log', 'evil-1.log']);
  });

  withUsers('runs as a user of its own, without groups or a way to more rights', async () => {
    const [evil, rival] = [await attack('evil', 'who'), await attack('rival', 'who')];
    for (const { uid, gid, groups, noNewPrivileges, artifactIsWritable } of [evil, rival]) {
      expect(uid).toBeGreaterThanOrEqual(USERS.first);
      expect(uid).toBeLessThanOrEqual(USERS.last);
      // Node counts the group itself.
      expect([gid, groups, noNewPrivileges]).toEqual([uid, [gid], true]);
      expect(artifactIsWritable).toMatch(/refused: E(ACCES|PERM|ROFS)/);
    }
    expect(evil['uid']).not.toBe(rival['uid']);
  });

  withUsers('learns nothing from the processes of others', async () => {
    expect(processTable().length).toBeGreaterThan(3);
    expect(await attack('evil', 'spy')).toEqual([]);
  });

  withUsers("reads and writes nothing in the data folder, nor what is another model server's", async () => {
    const names = await everyName(site.home);
    expect(names).toEqual(
      expect.arrayContaining(['secrets.key', 'gateway-token', 'postgres.json', 'deployments']),
    );
    const rival = await attack('rival', 'who');
    // Folders that cannot be listed are tried by every name that there is.
    for (const folder of [site.home, path.dirname(rival['home'])]) {
      const query = new URLSearchParams({ folder, names: JSON.stringify(names.slice(0, 60)) });
      expect(await attack('evil', `rob?${query.toString()}`)).toEqual([]);
    }
    for (const name of ['secrets.key', 'gateway-token', 'postgres.json'])
      expect((await stat(path.join(site.home, name))).mode & 0o777).toBe(0o600);
  });

  withUsers('opens, forks and allocates within its limits, and costs nobody else anything', async () => {
    expect(await attack('evil', 'openFiles')).toBeLessThan(300);
    expect((await attack('evil', 'allocate?megabytes=2000'))['got']).toBeLessThan(600);
    const forked = await attack('evil', 'fork?count=1000');
    expect(Number(forked)).toBeGreaterThan(50);
    expect(Number(forked)).toBeLessThan(120);
    const uid = (await attack('rival', 'who'))['uid'] as number;
    expect(processTable().filter((row) => row.uid === uid).length).toBe(1);
    expect((await site.api.call('GET', '/models')).status).toBe(200);
  });

  withUsers('is ended when its processes together use too much memory, and starts again', async () => {
    const before = await pidOf('rival');
    await attack('rival', 'allocateTogether?megabytes=150&processes=6').catch(() => undefined);
    await eventually(
      () => pidOf('rival'),
      (pid) => pid !== null && pid !== before,
    );
    expect(processRow(before ?? 0)?.state ?? 'gone').toMatch(/^(Z|gone)$/);
    await eventually(
      () => attack('rival', 'who').catch(() => ({})),
      (who) => 'uid' in who,
    );
  });

  withUsers('is found again by the next worker, and ended with what it hid', async () => {
    const { user, folder } = await deploymentRecord('evil');
    const pid = await pidOf('evil');
    const theirs = () => processTable().filter((row) => row.uid === user && row.state !== 'Z').length;
    // Its children of before would be taken for the one that escapes.
    await eventually(
      async () => theirs(),
      (count) => count === 1,
    );
    await attack('evil', 'escape');
    await eventually(
      async () => theirs(),
      (count) => count >= 2,
    );
    await site.worker.kill('SIGKILL');
    site.worker = await site.startWorker();
    // The next worker is at work once it has started again what ended meanwhile.
    const rival = await pidOf('rival');
    process.kill(rival ?? 0, 'SIGKILL');
    await eventually(
      () => pidOf('rival'),
      (now) => now !== null && now !== rival,
    );
    expect(await pidOf('evil')).toBe(pid);
    expect((await attack('evil', 'who'))['uid']).toBe(user);
    await site.worker.kill('SIGTERM');
    expect(theirs()).toBe(0);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
    site.worker = await site.startWorker();
  });
});

it.each(['--plugin=x', '-e process.exit(0)', '-'])(
  'a model named %s is no option of the command',
  async (name) => {
    const bytes = Buffer.from('x');
    await writeFile(path.join(open, 'x.bin'), bytes);
    const made = await site.api.call('POST', `/models/${encodeURIComponent(name)}/versions`, {
      artifact: {
        uri: pathToFileURL(path.join(open, 'x.bin')).href,
        digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      },
      createModel: true,
      rollout: true,
    });
    expect(made.status).toBe(201);
    const { message } = await eventually(
      () => deployment(name),
      (d) => d['state'] === 'failed',
    );
    expect(message).toContain('DEPLOYER_COMMAND cannot be filled in');
  },
);

it('says at start where artifacts are trusted', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-home-'));
  await mkdir(home, { recursive: true });
  const worker = await startProcess('apps/worker/src/main.js', {
    DATABASE_URL: site.api.databaseUrl,
    UNDERSTUDY_HOME: home,
    WORKER_PORT: '0',
    DEPLOYER_COMMAND: 'serve {artifact} {port}',
    DEPLOYER_USERS: 'off',
  });
  expect(worker.output()).toContain('artifacts are trusted as much as the operator: DEPLOYER_USERS is off');
  await worker.kill('SIGTERM');
  await rm(home, { recursive: true, force: true });
});

async function deploymentRecord(model: string): Promise<Json> {
  const folder = path.join(site.home, 'deployments');
  const url = urls[model];
  for (const name of await readdir(folder)) {
    const record = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Json;
    if (record['url'] === url) return record;
  }
  throw new Error(`no record of ${model}`);
}

async function pidOf(model: string): Promise<number | null> {
  const record = await deploymentRecord(model).catch(() => null);
  return record && (record['process'].pid as number);
}

async function everyName(folder: string): Promise<string[]> {
  return [...new Set((await readdir(folder, { recursive: true })).map((name) => path.basename(name)))];
}
