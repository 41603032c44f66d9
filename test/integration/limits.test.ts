import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.ts';
import { eventually } from '../support/installation.ts';

let api: TestApi;
beforeAll(async () => {
  // In a window of ten seconds: 20 of a caller, 10 of an address.
  api = await startApi({
    RATE_LIMIT: '120',
    RATE_LIMIT_ANONYMOUS: '60',
    PUBLIC_URL: 'https://understudy.example',
  });
});
afterAll(() => api.close());

const times = async (count: number, ask: () => ReturnType<TestApi['call']>) => {
  const answers = [];
  for (let i = 0; i < count; i++) answers.push(await ask());
  return answers;
};

describe('rate limits', () => {
  it('are of each token, and say when to come again', async () => {
    const [greedy, modest] = [await api.token('read'), await api.token('operate')];
    const answers = await times(25, () => api.call('GET', '/models', undefined, greedy));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    const refused = answers.at(-1);
    expect(refused?.body).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    const mlflow = await api.call('GET', '/api/2.0/mlflow/registered-models/search', undefined, greedy);
    expect([mlflow.status, mlflow.body['error_code']]).toEqual([429, 'REQUEST_LIMIT_EXCEEDED']);
    expect((await api.call('GET', '/models', undefined, modest)).status).toBe(200);
  });

  it('are of an address for whoever shows no token that we know, whatever they make up', async () => {
    let n = 0;
    const guesses = await times(15, () => api.call('GET', '/models', undefined, `guess-${n++}`));
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(guesses.at(-1)?.body).toMatchObject({ status: 429 });
    const hook = await api.call('POST', '/webhooks/github/x', {}, null);
    expect(hook.status).toBe(429);
    expect((await api.call('GET', '/models')).status).toBe(200);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });
});

describe('behind a proxy', () => {
  /** At once, so that they are in one window. */
  const refusedOf = async (behind: TestApi, forwarded: (n: number) => string): Promise<number> => {
    const asked = Array.from({ length: 12 }, (_, n) =>
      behind.call('GET', '/models', undefined, `guess-${n}`, { 'x-forwarded-for': forwarded(n) }),
    );
    return (await Promise.all(asked)).filter(({ status }) => status === 429).length;
  };
  const limits = { RATE_LIMIT_ANONYMOUS: '60' };
  const addressesIn = async ({ call }: TestApi): Promise<unknown[]> => {
    const { body } = await call('GET', '/audit?pageSize=100');
    return (body['items'] as { type: string; data: { address?: string } }[])
      .filter(({ type }) => type === 'access.refused')
      .map(({ data }) => data.address);
  };

  it('callers are told apart by X-Forwarded-For of proxies that are trusted, and so they are on the record', async () => {
    const api = await startApi({ ...limits, TRUST_PROXY: '127.0.0.0/8,10.0.0.0/8' });
    try {
      // First, as the record has room for a few strangers a minute only.
      const first = { 'x-forwarded-for': '203.0.113.1, 198.51.100.77:4000, 10.0.0.7' };
      expect((await api.call('GET', '/models', undefined, 'guess', first)).status).toBe(401);
      await eventually(
        () => addressesIn(api),
        (all) => all.includes('198.51.100.77'),
        20_000,
      );
      expect(await refusedOf(api, (n) => `192.0.2.${n}`)).toBe(0);
      // What a caller writes itself stands left of what the trusted proxies add.
      expect(await refusedOf(api, (n) => `203.0.113.${n}, 198.51.100.9:${4_000 + n}, 10.0.0.7`)).toBe(2);
      // Whoever has one address of IPv6 has all of its network.
      expect(await refusedOf(api, (n) => `2001:db8::${n}`)).toBe(2);
    } finally {
      await api.close();
    }
  });

  it('nobody is believed where none is trusted', async () => {
    const api = await startApi(limits);
    try {
      expect(await refusedOf(api, (n) => `192.0.2.${n}`)).toBe(2);
      await eventually(
        () => addressesIn(api),
        (all) => all.includes('127.0.0.1'),
        20_000,
      );
      expect((await addressesIn(api)).filter((one) => one !== '127.0.0.1' && one !== undefined)).toEqual([]);
    } finally {
      await api.close();
    }
  });
});

describe('headers', () => {
  it('let a browser do nothing with an answer but what it is for', async () => {
    const { headers } = await api.call('GET', '/models');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'self'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'strict-transport-security': expect.stringContaining('max-age='),
      'referrer-policy': 'same-origin',
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    const docs = await fetch(`${api.url}/api/docs`);
    expect(docs.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const missing = await api.call('GET', '/nowhere');
    expect(missing.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('keep what holds a secret out of caches', async () => {
    const { headers } = await api.call('POST', '/tokens', { name: 'x', role: 'viewer' });
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

it('a body that is too large is refused, and whoever still sends it gets the answer', async () => {
  const fresh = await startApi();
  try {
    for (let i = 0; i < 20; i++) {
      const text = JSON.stringify({ name: 'x'.repeat(4_500_000 + i * 500_000) });
      expect((await fresh.call('POST', '/models', text)).body).toMatchObject({ status: 413 });
    }
  } finally {
    await fresh.close();
  }
});
