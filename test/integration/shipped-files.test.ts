import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

/** The checks of CI on files that are shipped: they accept what is there, and find each thing that makes it unsafe. */
const folder = mkdtempSync(path.join(tmpdir(), 'understudy-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(script: string, ...files: [name: string, text: string][]): string {
  const places = files.map(([name, text]) => {
    const place = path.join(folder, name);
    writeFileSync(place, text);
    return place;
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...places], { encoding: 'utf8' });
  expect(status).toBe(stderr === '' ? 0 : 1);
  return stdout + stderr;
}

describe('docker-compose.yml', () => {
  const compose = readFileSync('docker-compose.yml', 'utf8');
  const mutations: [what: string, from: string | RegExp, to: string, found: string][] = [
    [
      'a default password',
      /\$\{POSTGRES_PASSWORD:\?[^}]*\}/g,
      '${POSTGRES_PASSWORD:-understudy}',
      'POSTGRES_PASSWORD has a default',
    ],
    [
      'a password in the file',
      /POSTGRES_PASSWORD: .*/,
      'POSTGRES_PASSWORD: understudy',
      'not required of the operator',
    ],
    [
      'a password in a URL',
      /:\$\{POSTGRES_PASSWORD:\?[^}]*\}@/,
      ':understudy@',
      'the password in DATABASE_URL',
    ],
    [
      'an optional password',
      /\$\{REDIS_PASSWORD:\?[^}]*\}/g,
      '${REDIS_PASSWORD}',
      'REDIS_PASSWORD has a default',
    ],
    ['Redis without a password', /\n\s+- --requirepass\n.*\n/, '\n', 'redis has no password'],
    ['a client of Redis without one', /redis:\/\/:[^@]*@/, 'redis://', 'REDIS_URL has no password'],
    [
      'a token with a default',
      /\$\{UNDERSTUDY_TOKEN:\?[^}]*\}/,
      '${UNDERSTUDY_TOKEN:-gateway}',
      'UNDERSTUDY_TOKEN',
    ],
    ['trust', 'POSTGRES_DB:', 'POSTGRES_HOST_AUTH_METHOD: trust\n      POSTGRES_DB:', 'lets anybody in'],
    [
      'a gateway beside the database',
      'networks: [control, models]',
      'networks: [control, data]',
      'gateway reaches PostgreSQL and Redis by data',
    ],
    [
      'the database beside model servers',
      'networks: [data]',
      'networks: [data, models]',
      'postgres is on models, which is not internal',
    ],
    ['one network for all', /\n {4}networks: \[data\]/, '', 'names no network'],
    ['a way out of the database', 'internal: true', 'internal: false', 'which is not internal'],
    [
      'a published database',
      'networks: [data]',
      "networks: [data]\n    ports: ['127.0.0.1:5432:5432']",
      'postgres is published',
    ],
    ['an api for the whole network', '127.0.0.1:7400:7400', '7400:7400', 'publishes 7400:7400 to all'],
    [
      'serving URLs that lead to the database',
      /OUTBOUND_ALLOW:-[^}]*/g,
      'OUTBOUND_ALLOW:-172.16.0.0/12',
      'leads into data',
    ],
    ["the host's network", 'networks: [data, models]', 'network_mode: host', 'leaves the networks'],
  ];

  it('keeps its rules', () => expect(check('scripts/check-compose.mjs')).toContain('6 services in order'));

  it.each(mutations)('with %s is refused', (_what, from, to, found) => {
    const mutated = compose.replace(from, to);
    expect(mutated).not.toBe(compose);
    expect(check('scripts/check-compose.mjs', ['compose.yml', mutated])).toContain(found);
  });
});

describe('installing', () => {
  const [lock, npmrc, manifest] = ['package-lock.json', '.npmrc', 'package.json'].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const run = (over: { lock?: string; npmrc?: string; manifest?: string }): string =>
    check(
      'scripts/check-installs.mjs',
      ['lock.json', over.lock ?? lock ?? ''],
      ['npmrc', over.npmrc ?? npmrc ?? ''],
      ['manifest.json', over.manifest ?? manifest ?? ''],
    );

  it('runs no script of a dependency', () => expect(run({})).toContain('runs no script of a dependency'));

  it('fails on a new one, and on a setting that lets them run', () => {
    const more = JSON.parse(lock ?? '') as { packages: Record<string, object> };
    more.packages['node_modules/a/node_modules/@b/tracker'] = { version: '1.0.0', hasInstallScript: true };
    expect(run({ lock: JSON.stringify(more) })).toContain('@b/tracker runs a script at install');
    expect(run({ npmrc: 'ignore-scripts=false\n' })).toContain('.npmrc does not say');
    expect(run({ manifest: '{}' })).toContain('scarfSettings');
  });
});
