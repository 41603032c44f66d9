import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadConfig, secretsOf } from '#libs/config';
import { redactor } from '#libs/kernel';
import { metricSource, prometheusEndpoints } from '#libs/outbound';
import { isSourceGate, parsePolicy, type SourceGate } from '#libs/rollout';

/*
 * A secret in each place of METRIC_SOURCES that can hold one, and a source that says everything that it was sent, in every way: no reason has
 * one in it. Red before: a key in `url`, and credentials in `headers` that the file has in plain text.
 */
const folder = mkdtempSync(path.join(tmpdir(), 'planted-'));
let base = '';
let status = 403;
const repeats = createServer((request, response) => {
  const said = `no: ${request.url ?? ''} ${request.rawHeaders.join(' ')}`;
  const pair = /Basic (\S+)/i.exec(said)?.[1] ?? '';
  const text = `${said} ${Buffer.from(pair, 'base64').toString()} ${encodeURIComponent(said)}`;
  const body = JSON.stringify({
    verdict: 'fail',
    because: text,
    status: 'success',
    data: text,
    warnings: [text],
  });
  request.resume();
  response.writeHead(status).end(status === 418 ? text : body);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => repeats.listen(0, '127.0.0.1', resolve));
  base = `127.0.0.1:${(repeats.address() as AddressInfo).port}`;
});
afterAll(() => {
  repeats.close();
  rmSync(folder, { recursive: true });
});

interface Planted {
  readonly source: Record<string, unknown>;
  readonly env?: Record<string, string>;
}
type Plant = (secret: string) => Planted;
const at = (rest = '', user = ''): string => `http://${user}${base}/prom${rest}`;
const inFile = (secret: string): { file: string } => {
  const file = path.join(folder, 'secret');
  writeFileSync(file, `${secret}\n`);
  return { file };
};
/** Each field, in each of the ways in which it can hold a secret. */
const PLACES: Readonly<Record<string, Plant>> = {
  'url: user:password@': (secret) => ({ source: { url: at('', `ann:${encodeURIComponent(secret)}@`) } }),
  'url: ?token=': (secret) => ({ source: { url: at(`?token=${encodeURIComponent(secret)}`) } }),
  'url: ?sig= of several': (secret) => ({ source: { url: at(`?a=b&sig=${encodeURIComponent(secret)}`) } }),
  'basic, env': (secret) => ({
    source: { url: at(), basic: { username: 'ann', password: { env: 'IT' } } },
    env: { IT: secret },
  }),
  'basic, file': (secret) => ({
    source: { url: at(), basic: { username: 'ann', password: inFile(secret) } },
  }),
  'bearer, env': (secret) => ({ source: { url: at(), bearer: { env: 'IT' } }, env: { IT: secret } }),
  'bearer, file': (secret) => ({ source: { url: at(), bearer: inFile(secret) } }),
  'headers, env': (secret) => ({
    source: { url: at(), headers: { 'X-Any': { env: 'IT' } } },
    env: { IT: secret },
  }),
  'headers, file': (secret) => ({ source: { url: at(), headers: { 'X-Any': inFile(secret) } } }),
  ...Object.fromEntries(
    [
      ...[
        'X-Api-Key',
        'Authorization',
        'Cookie',
        'X-Vault-Token',
        'Ocp-Apim-Subscription-Key',
        'X-Client-Secret',
      ],
    ].map((name): [string, Plant] => [
      `headers, in plain text: ${name}`,
      (secret) => ({ source: { url: at(), headers: { [name]: secret } } }),
    ]),
  ),
  'headers, in plain text: Bearer': (secret) => ({
    source: { url: at(), headers: { Authorization: `Bearer ${secret}` } },
  }),
  'headers, in plain text: Basic': (secret) => ({
    source: { url: at(), headers: { 'X-Any': `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}` } },
  }),
};

const gateOf = (gate: object): SourceGate => {
  const steps = [{ canary: { weight: '1%', minRequests: 1, maxDuration: '1h' } }];
  const [parsed] = parsePolicy({ name: 'p', steps, gates: [gate] }).gates;
  if (!parsed || !isSourceGate(parsed)) throw new Error('not a source');
  return parsed;
};
const GATES: Readonly<Record<string, () => object>> = {
  prometheus: () => ({ metric: 'prometheus', source: 'planted', query: 'up', max: 1 }),
  'http, below the source': () => ({ metric: 'http', source: 'planted', url: `http://${base}/prom/judge` }),
  'http, elsewhere': () => ({ metric: 'http', source: 'planted', url: 'http://127.0.0.1:1/judge' }),
};

/** All that a reading says, whichever way it ends. */
async function said(planted: Planted, gate: object): Promise<string> {
  const METRIC_SOURCES = path.join(folder, 'sources.json');
  writeFileSync(METRIC_SOURCES, JSON.stringify({ planted: planted.source }));
  const config = loadConfig({ ...planted.env, METRIC_SOURCES });
  const sources = config.metricSources();
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
  const by = metricSource(prometheusEndpoints(sources, quiet), fetch, redactor(secretsOf(config, sources)));
  const about = { model: 'm', version: 2, from: 1, rolloutId: 'r' };
  return by.read(gateOf(gate), about).then(
    ({ because }) => because,
    (error: unknown) => (error as Error).message,
  );
}

/** As keys are, and with what URLs, JSON and base64 write otherwise. No two places have the same: the process never forgets one that it knows. */
const secretIn = (place: string): fc.Arbitrary<string> =>
  fc
    .string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcXYZ0189-_.~+/=&%"\\') })
    .map((text) => `k${Object.keys(PLACES).indexOf(place)}${text}k`);

it.each(Object.entries(PLACES))('%s is in no reason, whoever repeats it', async (place, plant) => {
  await fc.assert(
    fc.asyncProperty(
      ...[secretIn(place), fc.constantFrom(...Object.keys(GATES)), fc.constantFrom(200, 403, 418)],
      async (secret, gate, answers) => {
        status = answers;
        const text = await said(plant(secret), GATES[gate]!());
        expect(text).not.toBe('');
        for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
          expect(text).not.toContain(form);
      },
    ),
    { numRuns: 30 },
  );
});

it('what is none stays: a tenant, and where the source is', async () => {
  status = 418;
  const planted = { source: { url: at('?dedup=true'), headers: { 'X-Scope-OrgID': 'team-a' } } };
  expect(await said(planted, GATES['prometheus']!())).toMatch(/team-a/);
  expect(await said(planted, GATES['http, elsewhere']!())).toContain(`${at()}?dedup=…`);
  // A key may be in the path, as in addresses of webhooks; ours is the only sentence that has it.
  const keyed = { source: { url: at('/k9fT2/api') } };
  expect(await said(keyed, GATES['http, elsewhere']!())).toContain(at('/…/api'));
});
