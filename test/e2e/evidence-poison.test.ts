import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** One request to the attacker's model, and what its candidate answers. */
interface Attack {
  readonly body: string;
  readonly answer: string;
  readonly requestId: string;
  readonly segment: string;
}

/** Names that some reader between here and PostgreSQL takes for something else. */
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    'x\0y',
    '\ud800',
    '\udfff',
    '__proto__',
    'constructor',
    'toString',
    '(other)',
    '(other 17)',
  ),
  fc.constantFrom(`${'x'.repeat(59)}😀`, `${'x'.repeat(3_999)}😀`, '\u2028', '\x1b[2J'),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
    .map((units) => String.fromCharCode(...units)),
);
const oddJson = fc.oneof(
  oddText.map((label) => JSON.stringify({ label, c: label })),
  fc.jsonValue().map((value) => JSON.stringify({ label: value, c: value })),
  fc.constantFrom(
    '{"label":1e308,"c":1e308}',
    '{"label":1e309}',
    '{"__proto__":{"c":1},"label":{"__proto__":1}}',
  ),
  fc.nat(70).map((depth) => `{"label":${'['.repeat(depth)}${']'.repeat(depth)}}`),
  oddText,
);
/** What a header can hold: any byte but control characters. */
const headerValue = fc.oneof(
  fc.constantFrom('__proto__', '\\'.repeat(985), '"'.repeat(100), '\xff'.repeat(1_000), '%00'),
  fc.string({
    unit: fc
      .integer({ min: 0x21, max: 0xff })
      .filter((c) => c < 0x7f || c > 0x9f)
      .map((c) => String.fromCharCode(c)),
    minLength: 1,
    maxLength: 200,
  }),
);
const attack: fc.Arbitrary<Attack> = fc.record({
  body: oddJson,
  answer: oddJson,
  requestId: headerValue,
  segment: headerValue,
});

let site: Installation;
let answer = '{}';
const servers: TestModelServer[] = [];
const serve = async (...args: Parameters<typeof startModelServer>): Promise<string> => {
  const server = await startModelServer(...args);
  servers.push(server);
  return server.url;
};
beforeAll(async () => {
  site = await startInstallation();
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((server) => server.stop()));
});

const outputSpec = { kind: 'label', path: '$.label' };
const long = { minRequests: 1_000_000, maxDuration: '1h' };

/** A model with a primary and a rollout of its second version under way; its rollout's id. */
async function underTrial(model: string, primary: string, candidate: string, policy: Json): Promise<string> {
  const register = (more: Json) =>
    site.api.call('POST', `/models/${model}/versions`, { outputSpec, ...more });
  expect((await register({ createModel: true, servingUrl: primary, rollout: true })).status).toBe(201);
  await eventually(
    () => ask(model),
    (status) => status === 200,
  );
  const second = await register({ servingUrl: candidate, rollout: { policy: { name: 'trial', ...policy } } });
  expect(second.body['errors'] ?? []).toEqual([]);
  const rollout = second.body['rollout'].id as string;
  await eventually(
    () => site.api.call('GET', `/rollouts/${rollout}`),
    ({ body }) => Boolean(body['step']?.startedAt),
  );
  return rollout;
}

async function ask(model: string, body = '{}', headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${site.gatewayUrl}/models/${model}/x`, { method: 'POST', body, headers });
  await response.arrayBuffer();
  return response.status;
}
const evidenceOf = async (rollout: string): Promise<Json[]> =>
  (await site.api.call('GET', `/rollouts/${rollout}/evidence`)).body['items'] as Json[];
const figure = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce(
    (n, one) => n + Number(one[1]),
    0,
  );
};

describe("one model's input", () => {
  it('whatever it is, costs another model none of its evidence: each request of it counts, once', async () => {
    const fine = await serve((_request, _body, response) => json(response, { label: 'a' }));
    const odd = await serve((_request, _body, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
    const bad = await serve((_request, body, response) =>
      json(response, { label: 'a' }, Number(/\d+/.exec(body)?.[0]) % 2 === 0 ? 500 : 200),
    );
    // The attacker's two rollouts read everything that a gateway can read of a request and its answers.
    const shadow = { shadow: { sample: '100%', ...long } };
    await underTrial('attacker', fine, odd, {
      steps: [shadow],
      gates: [
        { metric: 'agreement', min: 0.01, segments: { path: '$.c' } },
        { metric: 'output_drift', max: 30 },
      ],
    });
    await underTrial('attacker-canary', fine, odd, {
      steps: [{ canary: { weight: '50%', ...long } }],
      gates: [{ metric: 'feedback.click', maxDecrease: 0.9, segments: { header: 'x-seg' } }],
    });
    const victim = await underTrial('victim', fine, fine, {
      steps: [shadow],
      gates: [{ metric: 'agreement', min: 0.5 }],
    });
    const failing = await underTrial('failing', fine, bad, {
      steps: [{ canary: { weight: '50%', ...long } }],
      gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
      localTrip: false,
    });

    let asked = 0;
    let number = 0;
    const attacking = async (attacks: readonly Attack[]): Promise<void> => {
      for (const one of attacks) {
        answer = one.answer;
        const headers = { 'x-request-id': one.requestId, 'x-seg': one.segment };
        await Promise.all([
          ask('attacker', one.body, headers),
          ask('attacker-canary', one.body, { ...headers, 'x-understudy-unit': one.requestId }),
          ask('failing', JSON.stringify({ n: number }), { 'x-understudy-unit': `u${number}` }),
        ]);
        number++;
        expect(await ask('victim')).toBe(200);
        asked++;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(attack, { minLength: 15, maxLength: 30 }), async (attacks) => {
        await attacking(attacks);
        const counted = async (): Promise<Json> => (await evidenceOf(victim))[0] ?? {};
        const exact = await eventually(counted, ({ shadow: copies }) => copies?.requests >= asked, 20_000);
        expect([exact['primary'].requests, exact['shadow'].requests, exact['shadow'].agreed]).toEqual([
          asked,
          asked,
          asked,
        ]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
    // The bad candidate is found out while the poison goes on.
    const ended = await eventually(
      async () => {
        await attacking(fc.sample(attack, 5));
        return (await site.api.call('GET', `/rollouts/${failing}`)).body;
      },
      (rollout) => rollout['state'] !== 'running',
      60_000,
    );
    expect([ended['state'], ended['decision'].because]).toEqual([
      'rolled_back',
      expect.stringContaining('error'),
    ]);
    await eventually(
      async () => (await evidenceOf(victim))[0]?.['shadow'].requests as number,
      (n) => n === asked,
    );

    expect(await figure(site.gatewayUrl, 'understudy_gateway_evidence_lost_requests_total')).toBe(0);
    expect(await figure(site.adminUrl(), 'understudy_gateway_evidence_refused_total')).toBe(0);
    expect(await figure(site.api.url, 'understudy_api_evidence_refused_total')).toBe(0);
  }, 240_000);

  it('however large, is sent in parts: none is refused', async () => {
    const fine = await serve((_request, _body, response) => json(response, { label: 'a' }));
    const rollout = await underTrial('large', fine, fine, {
      steps: [{ canary: { weight: '1%', ...long } }],
      gates: [{ metric: 'feedback.click', maxDecrease: 0.01, segments: { header: 'x-seg' } }],
    });
    site.api.process.child.kill('SIGSTOP');
    const total = 2_400;
    try {
      for (let sent = 0; sent < total; sent += 40)
        await Promise.all(
          Array.from({ length: 40 }, (_one, i) => {
            const id = `${'\\'.repeat(985)}${String(sent + i).padStart(5, '0')}`;
            return ask('large', '{}', { 'x-request-id': id, 'x-seg': '"'.repeat(100) });
          }),
        );
    } finally {
      site.api.process.child.kill('SIGCONT');
    }
    const counted = async (): Promise<number> => {
      const [step] = await evidenceOf(rollout);
      return (step?.['primary'].requests ?? 0) + (step?.['candidate'].requests ?? 0);
    };
    expect(await eventually(counted, (n) => n >= total, 60_000)).toBe(total);
    expect(await figure(site.gatewayUrl, 'understudy_gateway_evidence_lost_requests_total')).toBe(0);
    expect(await figure(site.api.url, 'understudy_api_evidence_refused_total')).toBe(0);
  }, 120_000);

  it('names no model on the port of callers, and all of them on the other one', async () => {
    const [shown, full] = await Promise.all(
      [site.gatewayUrl, site.adminUrl()].map(async (url) => (await fetch(`${url}/metrics`)).text()),
    );
    expect(full).toContain('model="victim"');
    expect(shown).not.toMatch(/victim|attacker|model=/);
    const total = 'understudy_gateway_requests_total';
    expect(await figure(site.gatewayUrl, total)).toBe(await figure(site.adminUrl(), total));
    expect((await fetch(`${site.gatewayUrl}/readyz`)).status).toBe(200);
  });
});
