import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Browser } from 'playwright-core';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { accessibilityProblems, chromiumPath, openBrowser, screenshot } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

withChromium('a shared rollout', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let id: string;
  let link: { url: string; image: string; expiresAt: string };
  const share = (body: object, as?: string) => site.api.call('POST', `/rollouts/${id}/share`, body, as);

  beforeAll(async () => {
    site = await startInstallation();
    server = await startModelServer((request, _body, response) =>
      request.url?.startsWith('/bad') && request.method === 'POST' && Math.random() < 0.4
        ? json(response, { error: 'broken' }, 500)
        : json(response, { label: 'dog' }),
    );
    browser = await openBrowser();
    const register = (place: string, rollout: unknown) =>
      site.api.call('POST', '/models/wine%20<b>&"quotes"/versions', {
        ...{ servingUrl: `${server.url}/${place}`, createModel: true, rollout },
      });
    await register('good', true);
    const model = '/models/wine%20<b>&"quotes"';
    await eventually(
      async () => (await site.api.call('GET', model)).body['primary'],
      (primary) => primary === 1,
    );
    const policy = {
      name: 'shared',
      steps: [{ canary: { weight: '50%', minRequests: 5_000, maxDuration: '10m' } }],
      gates: [
        { metric: 'error_rate', maxIncrease: 0.1, startPeriod: '0s' },
        { metric: 'latency_p95', maxIncrease: 500 },
      ],
      localTrip: false,
    };
    const { body } = await register('bad', { policy });
    id = body['rollout'].id;
    const callers = startCallers(`${site.gatewayUrl}${model}/predict`, () => '{}');
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${id}`)).body['state'],
      (state) => state === 'rolled_back',
    );
    await callers.stop();
    const made = await share({ expiresIn: '2h' });
    expect(made.status).toBe(201);
    link = made.body as typeof link;
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });

  it.each([
    ['light', 1440],
    ['dark', 380],
  ] as const)('is seen without a login, %s, %i pixels wide', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => errors.push(message.text()));
    const answer = await page.goto(link.url);
    expect(answer?.headers()).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
    await page.getByRole('heading', { name: 'wine <b>&"quotes" version 2' }).waitFor();
    await page.getByText('rolled back', { exact: true }).waitFor();
    await page.getByText('Version 2 gets nothing; version 1 serves.').waitFor();
    await page.getByRole('img', { name: /^Errors: seen \+.* points/ }).waitFor();
    await screenshot(page, `shared-rollout-${colorScheme}`);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    expect(errors).toEqual([]);
    expect(await page.locator('meta[property="og:image"]').getAttribute('content')).toBe(link.image);
    await context.close();
  });

  it('has a picture that chats show, and that says no address', async () => {
    const answer = await fetch(link.image);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/png');
    const png = Buffer.from(await answer.arrayBuffer());
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
      'PNG',
      1_200,
      630,
    ]);
    const page = await browser.newPage({ viewport: { width: 1_200, height: 630 } });
    await page.goto(link.image);
    await screenshot(page, 'shared-rollout-card');
    await page.close();
    const text = await (await fetch(link.url)).text();
    expect(text).not.toContain(server.url);
    expect(text).not.toContain('<b>');
  });

  it('is shared by two clicks in the dashboard, which shows what chats will', async () => {
    const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${site.api.url}/rollouts/${id}`);
    await page.getByLabel('Your token').fill(await site.api.token('operate', 'read'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'share', exact: true }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const card = page.getByAltText('What chats show of it');
    await eventually(
      () => card.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      (width) => width === 1_200,
    );
    await screenshot(page, 'share-dialog');
    expect(await accessibilityProblems(page)).toEqual([]);
    const shown = await page.getByLabel('Link', { exact: true }).inputValue();
    expect((await fetch(shown)).status).toBe(200);
    await context.close();
  });

  it('is on the record of the installation, as a token is: no event of the model, whose commands go by what was done to its traffic', async () => {
    const { body } = await site.api.call('GET', '/audit?pageSize=200');
    const shared = (body['items'] as { type: string; model: string | null; data: object }[]).filter(
      ({ type }) => type === 'share.issued',
    );
    const data = { rollout: id, model: 'wine <b>&"quotes"', version: 2, expiresAt: link.expiresAt };
    expect(shared).toContainEqual(expect.objectContaining({ model: null, actor: 'token:admin', data }));
    const { body: own } = await site.api.call('GET', `/rollouts/${id}/events`);
    expect((own['items'] as { type: string }[]).filter(({ type }) => /share/.test(type))).toEqual([]);
  });

  it('is shared by many at once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => share({ expiresIn: '1h' })));
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('is for operators to share, for 1m to 30d', async () => {
    const viewer = (await site.api.call('POST', '/tokens', { name: 'viewer', role: 'viewer' })).body['token'];
    expect((await share({}, viewer)).body).toMatchObject({ status: 403, code: 'scope_missing' });
    for (const expiresIn of ['31d', '10s', 'soon', '']) expect((await share({ expiresIn })).status).toBe(422);
    const other = (
      await site.api.call('POST', '/tokens', { name: 'bound', role: 'operator', models: ['other'] })
    ).body['token'];
    expect((await share({}, other)).status).toBe(403);
  });

  it('shows nothing of a model that was deleted', async () => {
    const one = '/models/gone/versions';
    await site.api.call('POST', one, { servingUrl: `${server.url}/good`, createModel: true, rollout: false });
    const started = await site.api.call('POST', '/models/gone/rollouts', { version: 1 });
    const made = (await site.api.call('POST', `/rollouts/${started.body['id']}/share`, {})).body;
    expect((await fetch(made['url'])).status).toBe(200);
    await eventually(
      async () => (await site.api.call('GET', '/models/gone')).body['primary'],
      (primary) => primary === 1,
    );
    await site.api.call('POST', '/models/gone/retire', { reason: 'a test' });
    expect((await site.api.call('DELETE', '/models/gone')).status).toBe(204);
    for (const rest of ['', '/card.png']) expect((await fetch(`${made['url']}${rest}`)).status).toBe(404);
  });

  it('opens by nothing but such a link: not by one that was changed, cut or signed by another key, nor one that has ended', async () => {
    const token = link.url.split('/').at(-1) ?? '';
    const base = link.url.slice(0, -token.length);
    const [head = '', , signature = ''] = token.split('.');
    const other = Buffer.from(
      JSON.stringify({ aud: 'shared-rollout', sub: 'another', exp: 4_000_000_000 }),
    ).toString('base64url');
    const foreign = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience('shared-rollout')
      .setSubject(id)
      .setExpirationTime('2h')
      .sign(new TextEncoder().encode('x'.repeat(43)));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${other}.`;
    for (const wrong of [
      `${head}.${other}.${signature}`,
      token.slice(0, -2),
      foreign,
      none,
      'x',
      'a'.repeat(900),
    ]) {
      for (const rest of ['', '/card.png']) {
        const { status, headers } = await fetch(`${base}${wrong}${rest}`);
        expect([wrong, status]).toEqual([wrong, 404]);
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      }
    }
    expect((await fetch(`${link.url}/`)).status).toBe(200);
    expect((await fetch(link.url, { method: 'POST' })).status).toBe(405);
  });
});
