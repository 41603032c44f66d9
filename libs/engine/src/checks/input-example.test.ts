import { expect, it } from '@jest/globals';
import type { ChecksStep } from '#libs/rollout';
import type { DescribedArtifact } from '../ports/ports.ts';
import type { GoldenRequest } from '../ports/records.ts';
import type { CheckMaterial } from './check-material.ts';
import { makeChecks } from './make-checks.ts';

/* What an artifact brings as its example is sent where the model has no golden requests. */
const request = (name: string): GoldenRequest => ({
  ...{ name, slice: null, method: 'POST', path: '/invocations', body: { inputs: [[1, 2]] }, expect: [] },
});
const spec = { kind: 'score', path: '$.predictions[*]', tolerance: 0 } as const;

interface Case {
  readonly status?: number;
  readonly body?: unknown;
  readonly golden?: readonly GoldenRequest[];
  readonly need?: 'optional' | 'required';
  readonly example?: GoldenRequest | null;
}

async function goldenOf(said: Case) {
  const asked: string[] = [];
  const material = {
    step: { golden: said.need ?? 'optional', warmup: { requests: 0 }, metrics: {} } as unknown as ChecksStep,
    version: { artifact: { uri: 'file:///m', digest: 'sha256:0' }, outputSpec: spec },
    ...{ primary: null, metrics: {}, golden: said.golden ?? null, place: { url: 'http://m' } },
    ...{ upstreamPrimaries: {}, hiddenUpstreams: [], downstreams: [] },
  } as unknown as CheckMaterial;
  const { example = request('the example') } = said;
  const results = await makeChecks(
    {
      artifacts: {
        verify: async () => undefined,
        describe: async (): Promise<DescribedArtifact> => ({
          ...{ signature: null, outputSpec: null, example, unread: [] },
        }),
      },
      serving: { probe: async () => ({ state: 'ready', because: '' }) },
      caller: {
        call: async (url) => {
          asked.push(url);
          return { status: said.status ?? 200, body: said.body ?? { predictions: [3] }, latencyMs: 1 };
        },
      },
    },
    {
      ...material,
      version: { ...material.version, upstreams: [], source: {}, dataset: {}, signature: null },
    },
  );
  const golden = results.find(({ check }) => check === 'golden');
  return { outcome: golden?.outcome, because: golden?.because, asked };
}

it.each<[string, Case, string, RegExp]>([
  ['is answered', {}, 'pass', /the example is answered/],
  ['fails', { status: 500 }, 'fail', /sent to \/invocations: it answers 500/],
  ['is refused', { status: 400 }, 'fail', /it answers 400/],
  ['has an answer that the output spec does not read', { body: { outputs: [] } }, 'fail', /reads nothing/],
  ['goes to a server of another protocol', { status: 404 }, 'skipped', /answers 404 at \/invocations/],
  ['goes to a server that asks for a login', { status: 401 }, 'skipped', /answers 401/],
  ['is none', { example: null }, 'skipped', /no golden requests$/],
  [
    'is answered, where golden requests are required',
    { need: 'required' },
    'fail',
    /required by the policy, but .*no golden/,
  ],
])('the example %s', async (_what, said, outcome, because) => {
  const found = await goldenOf(said);
  expect([found.outcome, found.because]).toEqual([outcome, expect.stringMatching(because)]);
});

it("the model's golden requests go before it", async () => {
  const golden = [{ ...request('ours'), path: '/ours' }];
  expect((await goldenOf({ golden })).asked).toEqual(['http://m/ours']);
});
