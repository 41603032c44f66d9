import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { accessibilityProblems, chromiumPath, openBrowser, screenshot } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

/* What people come for, counted in clicks from the overview. Typing is no click; each click is one of `press`. */
withChromium('tasks', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let page: Page;
  let clicks = 0;
  const press = async (on: Locator): Promise<void> => {
    clicks++;
    await on.click();
  };
  const primaryOf = async (model: string): Promise<number | null> =>
    (await site.api.call('GET', `/models/${model}`)).body['primary'];
  const register = async (place: string, rollout: unknown): Promise<string> => {
    const servingUrl = `${server.url}/${place}`;
    const { body } = await site.api.call('POST', '/models/wine/versions', {
      ...{ servingUrl, createModel: true, rollout },
    });
    return body['rollout']?.id;
  };
  const step = { minRequests: 2_000, maxDuration: '10m' };
  const gates = [{ metric: 'error_rate', maxIncrease: 0.1, startPeriod: '0s' }];

  beforeAll(async () => {
    site = await startInstallation();
    server = await startModelServer((request, _body, response) =>
      request.url?.startsWith('/bad') && request.method === 'POST' && Math.random() < 0.5
        ? json(response, { error: 'broken' }, 500)
        : json(response, { label: request.url?.startsWith('/other') ? 'barolo' : 'grignolino' }),
    );
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
    page.setDefaultTimeout(30_000);
    await register('good', true);
    await eventually(
      () => primaryOf('wine'),
      (primary) => primary === 1,
    );
    await register('good', false);
    await site.api.call('POST', '/models/wine/promote', { version: 2, reason: 'a test' });
    const policy = { name: 'p', steps: [{ canary: { weight: '50%', ...step } }], gates, localTrip: false };
    const bad = await register('bad', { policy });
    const callers = startCallers(`${site.gatewayUrl}/models/wine/predict`, () => '{}');
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${bad}`)).body['state'],
      (state) => state === 'rolled_back',
    );
    const shadow = { name: 's', steps: [{ shadow: { sample: '100%', ...step } }], gates, localTrip: false };
    const other = await register('other', { policy: shadow });
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${other}/samples`)).body['items']?.length,
      (kept) => kept > 0,
    );
    await callers.stop();
    await page.goto(`${site.api.url}/`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Lately' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });
  beforeEach(async () => {
    await page.goto(`${site.api.url}/`);
    await page.getByRole('heading', { name: 'Lately' }).waitFor();
    clicks = 0;
  });

  it('see why version 3 was rolled back: one', async () => {
    await press(page.getByRole('region', { name: 'Lately' }).getByRole('link', { name: 'wine 3' }));
    await page.getByText(/^Rolled back: error_rate: .* more than the 10\.0% allowed/).waitFor();
    expect(clicks).toBe(1);
  });

  it('see which inputs the two disagree about most: one', async () => {
    await press(page.getByRole('region', { name: 'On its way' }).getByRole('link', { name: /wine/ }));
    await page.getByRole('heading', { name: 'Where the two disagreed most' }).waitFor();
    await page.getByText('barolo').first().waitFor();
    expect(clicks).toBeLessThanOrEqual(2);
  });

  it('find when version 2 was primary: one', async () => {
    await press(page.getByRole('rowheader', { name: 'wine' }).getByRole('link'));
    const primaries = page.getByRole('region', { name: 'Primaries' });
    await primaries
      .getByText(/version 2|^2$/i)
      .first()
      .waitFor();
    expect(clicks).toBeLessThanOrEqual(2);
  });

  it('approve: two', async () => {
    const { items } = (await site.api.call('GET', '/rollouts?live=true')).body;
    for (const { id } of items) await site.api.call('POST', `/rollouts/${id}/abort`, { reason: 'a test' });
    const policy = { name: 'a', steps: [{ approval: {} }, { canary: { weight: '10%', ...step } }], gates };
    const id = await register('good', { policy });
    const approve = page.getByRole('button', { name: 'approve wine 5' });
    await approve.waitFor();
    await screenshot(page, 'overview-approve');
    expect(await accessibilityProblems(page)).toEqual([]);
    await press(approve);
    await page.getByText(/Nobody has approved yet/).waitFor();
    await page.getByLabel(/^Why\?/).fill('looked at it');
    await press(page.getByRole('dialog').getByRole('button', { name: 'approve', exact: true }));
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${id}`)).body['state'],
      (state) => state === 'running',
    );
    expect(clicks).toBe(2);
    await site.api.call('POST', `/rollouts/${id}/abort`, { reason: 'a test' });
  });

  it('register a version and begin its rollout: two', async () => {
    await press(page.getByRole('link', { name: 'Register a version' }));
    await page.getByLabel('Model', { exact: true }).fill('wine');
    await page.getByLabel('Where its servers answer').fill(`${server.url}/good`);
    await press(page.getByRole('button', { name: 'Register and release' }));
    await page.getByRole('heading', { name: /wine 2 → 6/ }).waitFor();
    expect(clicks).toBeLessThanOrEqual(4);
    const { items } = (await site.api.call('GET', '/rollouts?live=true')).body;
    for (const { id } of items) await site.api.call('POST', `/rollouts/${id}/abort`, { reason: 'a test' });
  });

  it('roll back: two', async () => {
    await press(page.getByRole('button', { name: 'Roll back…' }));
    await page.getByRole('dialog').getByLabel('Model').fill('wine');
    await page.getByText(/Version 2 of wine is replaced by the last proven primary before it/).waitFor();
    await page.getByLabel(/^Why\?/).fill('complaints');
    await press(page.getByRole('dialog').getByRole('button', { name: 'Roll back', exact: true }));
    await eventually(
      () => primaryOf('wine'),
      (primary) => primary === 1,
    );
    expect(clicks).toBe(2);
  });
});
