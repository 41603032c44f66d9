import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chooseArm, headerText, type Route, unitName, unitOf } from '#libs/traffic';
import { ENVOY, isServing, startEnvoy, type TestEnvoy } from '../support/gateways/envoy.ts';
import { type LoneXds, startLoneXds } from '../support/gateways/lone-xds.ts';
import { routeTo } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Real Envoy computes the arm of a request as the pure function does, unit by unit. */
const UNITS = 10_000;
const WEIGHTS = [100, 500, 1_000, 2_000, 3_300, 5_000, 6_600, 7_500, 9_000, 10_000];
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const AT_ONCE = 32;

const inModels = WEIGHTS.map((weight): [string, number] => [`at-${weight}`, weight]);
const canaries = (primary: string, candidate: string): Route[] => {
  const tried = (model: string, weight: number, changes: Partial<Route> = {}): Route =>
    routeTo(model, primary, {
      salt: 'one-salt',
      candidate: { version: 2, url: candidate, mode: 'canary', weight },
      rolloutId: ROLLOUT,
      ...changes,
    });
  return [
    ...inModels.map(([model, weight]) => tried(model, weight)),
    tried('held-back', 0, {
      candidate: { version: 2, url: candidate, mode: 'canary', weight: 1_000, heldBack: true },
    }),
    tried('by-cookie', 5_000, {
      callers: { unit: { from: 'cookie', name: 'sid' }, repeatable: true },
    }),
    tried('by-header', 5_000, {
      callers: { unit: { from: 'header', name: 'X-Account' }, repeatable: true },
    }),
  ];
};

let servers: TestModelServer[] = [];
let xds: LoneXds;
let envoy: TestEnvoy;
let routes: ReadonlyMap<string, Route>;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** Header values as bytes, as Node.js writes Latin-1. */
const ask = (
  model: string,
  headers: Record<string, string | string[]>,
  path = '/infer',
): Promise<{ arm: string; version: string; status: number }> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      `${envoy.url}/models/${model}${path}`,
      { method: 'POST', agent, headers: { ...headers, 'content-length': '2' } },
      (response) => {
        response.resume();
        response.on('end', () =>
          resolve({
            arm: String(response.headers['x-understudy-arm']),
            version: String(response.headers['x-understudy-version']),
            status: response.statusCode ?? 0,
          }),
        );
      },
    );
    request.on('error', reject);
    // A text would take the header along into UTF-8.
    request.end(Buffer.from('{}'));
  });

async function each<T>(items: readonly T[], step: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await step(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

const routeOf = (model: string): Route => {
  const route = routes.get(model);
  if (!route) throw new Error(`no route of ${model}`);
  return route;
};

(ENVOY ? describe : describe.skip)('arms in Envoy', () => {
  beforeAll(async () => {
    servers = await Promise.all(
      ['one', 'two'].map((name) => startModelServer((_, __, response) => json(response, { name }))),
    );
    const [one, two] = servers.map(({ url }) => url) as [string, string];
    const list = canaries(one, two);
    routes = new Map(list.map((route) => [route.model, route]));
    xds = await startLoneXds(list);
    envoy = await startEnvoy(xds, 'arms');
    await isServing(envoy);
  });
  afterAll(async () => {
    agent.destroy();
    await envoy?.kill();
    await xds?.stop();
    for (const server of servers) await server.stop();
  });

  it.each(inModels)(
    '%s: 10,000 units are in the arm of the pure function',
    async (model) => {
      const route = routeOf(model);
      const wrong: string[] = [];
      const units = Array.from({ length: UNITS }, (_, i) => `unit-${i}`);
      await each(units, async (unit) => {
        const { arm, version, status } = await ask(model, { 'x-understudy-unit': unit });
        const expected = chooseArm(route, unit);
        if (arm !== expected || status !== 200 || version !== (expected === 'primary' ? '1' : '2'))
          wrong.push(`${unit}: ${arm} ${version} ${status}`);
      });
      expect(wrong).toEqual([]);
    },
    180_000,
  );

  /** Bytes as Latin-1. */
  const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  const ODD = [
    ...[
      ' padded\t',
      'zoë',
      latin1('zoë'),
      latin1('日本語 ユニット'),
      latin1('🦊fox'),
      '\xff\xfe',
      'a\xed\xa0\x80b',
      '\xc0\xaf',
    ],
    ...[
      'x'.repeat(1_000),
      'y'.repeat(1_001),
      latin1('é'.repeat(999)),
      latin1('🦊'.repeat(501)),
      'é'.repeat(1_200),
    ],
    ...['a', 'ab', 'abc', 'abcd', 'abcde', '0', 'null', '"quoted"', 'a,b', 'a;b'],
  ];

  it.each(['held-back', 'by-header', 'at-5000'])('%s: units that are written oddly', async (model) => {
    const route = routeOf(model);
    const name = model === 'by-header' ? 'x-account' : 'x-understudy-unit';
    for (const text of ODD) {
      const { arm } = await ask(model, { [name]: text });
      expect([text, arm]).toEqual([text, chooseArm(route, unitName(headerText(text)))]);
    }
  });

  it.each([
    'sid=abc',
    'a=1; sid="quoted value"; sid=second',
    ' sid = padded ; b=2',
    'nosid=x; sid=日'.replace('日', latin1('日')),
    'sid=; other=1',
  ])('the unit of the cookie %s', async (cookie) => {
    const route = routeOf('by-cookie');
    const unit = unitOf({ from: 'cookie', name: 'sid' }, { header: () => cookie, json: () => undefined });
    const { arm } = await ask('by-cookie', { cookie, 'x-request-id': 'id-of-it' });
    expect(arm).toBe(chooseArm(route, unit ?? 'id-of-it'));
  });

  it('a request that names no unit goes by its id; what callers say of the arm counts for nothing', async () => {
    const route = routeOf('at-5000');
    for (let i = 0; i < 50; i++) {
      const id = `request-${i}`;
      const said = i % 2 === 0 ? 'candidate' : 'primary';
      const { arm } = await ask('at-5000', { 'x-request-id': id, 'x-understudy-arm': said });
      expect(arm).toBe(chooseArm(route, id));
    }
  });

  it('what is no prediction goes to the primary, by the rules of the pure function', async () => {
    for (const path of ['/v2/models/m/ready', '/v2/health/live', '/metrics', '/v1/models/m'])
      expect(await ask('at-10000', { 'x-understudy-unit': 'u' }, path)).toMatchObject({
        arm: 'primary',
        version: '1',
      });
    for (const path of [
      '/v2/models/m/infer',
      '/v1/models/m:predict',
      '/v1/chat/completions',
      '/anything',
      '',
    ])
      expect(await ask('at-10000', { 'x-understudy-unit': 'u' }, path)).toMatchObject({
        arm: 'candidate',
        version: '2',
      });
  });
});
