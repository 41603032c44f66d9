import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig, secretsOf } from './index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'understudy-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};
const sources = (env: Record<string, string>) => loadConfig(env).metricSources();
const NONE = { basic: null, bearer: null, ca: null, headers: {} };

describe('metric sources', () => {
  it('there are none', () => expect(sources({})).toEqual({}));

  it('the one of PROMETHEUS_URL is the default; what is before its @ is not in the URL', () => {
    expect(sources({ PROMETHEUS_URL: 'https://p.example/base' })).toEqual({
      default: { ...NONE, url: 'https://p.example/base' },
    });
    expect(sources({ PROMETHEUS_URL: 'https://te%40m:s%2Fcret@p.example/base?x=1' })).toEqual({
      default: {
        ...NONE,
        url: 'https://p.example/base?x=1',
        basic: { username: 'te@m', password: { value: 's/cret' } },
      },
    });
  });

  it('others are named in a file, their secrets elsewhere', () => {
    const token = file('token', 'x');
    const METRIC_SOURCES = file(
      'good.yaml',
      `mimir:
  url: https://mimir.example/prometheus
  bearer: { file: ${token} }
  headers: { X-Scope-OrgID: team-a, X-Key: { env: A_KEY } }
thanos:
  url: http://thanos.example
  basic: { username: team, password: { env: A_PASSWORD } }
  ca: /etc/ca.pem
`,
    );
    const env = {
      METRIC_SOURCES,
      A_KEY: 'a key',
      A_PASSWORD: 'a password',
      PROMETHEUS_URL: 'http://p.example',
    };
    expect(sources(env)).toEqual({
      default: { ...NONE, url: 'http://p.example' },
      mimir: {
        ...NONE,
        url: 'https://mimir.example/prometheus',
        bearer: { file: token },
        headers: { 'X-Scope-OrgID': { text: 'team-a' }, 'X-Key': { value: 'a key' } },
      },
      thanos: {
        ...NONE,
        url: 'http://thanos.example',
        basic: { username: 'team', password: { value: 'a password' } },
        ca: '/etc/ca.pem',
      },
    });
    const config = loadConfig(env);
    const secrets = secretsOf(config, config.metricSources());
    const pair = Buffer.from('team:a password').toString('base64');
    expect(secrets).toEqual(expect.arrayContaining(['a key', 'a password', pair]));
    expect(secrets).not.toContain('team-a');
  });

  it.each([
    ['is not there', '/nowhere/sources.yaml', /cannot be read \(ENOENT\)/],
    ['is no YAML', file('torn.yaml', 'a: [1'), /it is no YAML/],
    [
      'holds a secret',
      file('plain.yaml', 'a: { url: "http://x", bearer: sesame }'),
      /a\.bearer: not \{ file: PATH \}/,
    ],
    [
      'has two ways',
      file('two.yaml', 'a: { url: "http://u:p@x", bearer: { env: PATH } }'),
      /one of basic, bearer/,
    ],
    [
      'names no variable',
      file('env.yaml', 'a: { url: "http://x", bearer: { env: NOT_SET } }'),
      /NOT_SET is not set/,
    ],
    [
      'names no file',
      file('file.yaml', 'a: { url: "http://x", bearer: { file: /no } }'),
      /\/no cannot be read/,
    ],
    ['has a slip', file('slip.yaml', 'a: { ulr: "http://x" }'), /a\.url: .*\n.*ulr/],
    ['is a list', file('list.yaml', '- a'), /the file: /],
  ])('a file that %s is refused in words', (_what, METRIC_SOURCES, words) => {
    expect(() => sources({ METRIC_SOURCES })).toThrow(words);
    expect(() => sources({ METRIC_SOURCES })).not.toThrow(/sesame/);
  });

  it('one name is said once', () => {
    const METRIC_SOURCES = file('twice.yaml', 'default: { url: "http://x" }');
    expect(() => sources({ METRIC_SOURCES, PROMETHEUS_URL: 'http://p' })).toThrow(
      /PROMETHEUS_URL says it already/,
    );
  });
});

it('secrets are all that the settings hold by value', () => {
  const env = {
    UNDERSTUDY_ADMIN_TOKEN: 'an admin token of the test',
    UNDERSTUDY_TOKEN: 'a token',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    ...{ OIDC_ISSUER: 'https://x.example', OIDC_CLIENT_ID: 'c', OIDC_ROLES: '*=viewer' },
    OIDC_CLIENT_SECRET: 'a client secret',
    DATABASE_URL: 'postgres://u:a%20password@h/d',
    REDIS_URL: 'redis://:redis-password@h',
    PROMETHEUS_URL: 'http://u:prometheus-password@h',
    ...{ JUDGE_URL: 'https://j.example', JUDGE_MODEL: 'm', JUDGE_API_KEY: 'an api key' },
    ...{ EMBEDDINGS_URL: 'https://e.example', EMBEDDINGS_MODEL: 'e', EMBEDDINGS_API_KEY: 'another key' },
  };
  expect([...secretsOf(loadConfig(env))].sort()).toEqual(
    [
      ...['an admin token of the test', 'a token', env.SECRETS_KEY, 'a client secret', 'a password'],
      ...['redis-password', 'prometheus-password', 'an api key', 'another key'],
      // As they are written, and as a header has them.
      ...['a%20password', 'u:a password', ':redis-password', 'u:prometheus-password'].map((text) =>
        text.includes(':') ? Buffer.from(text).toString('base64') : text,
      ),
    ].sort(),
  );
});
