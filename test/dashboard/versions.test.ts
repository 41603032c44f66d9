import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { chromiumPath, openBrowser, seenEverywhere } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

/* The versions of a model: the columns that somebody wants, in the order that they want, and two beside each other. */
withChromium('the versions of a model', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  const policy = (margin: number) => ({
    name: 'strict',
    steps: [{ canary: { weight: '20%', minRequests: 2_000, maxDuration: '10m' } }],
    gates: [{ metric: 'error_rate', maxIncrease: margin, startPeriod: '0s' }],
  });
  const register = async (metrics: Json, more: Json = {}): Promise<void> => {
    const tensor = (name: string, size: number) => [{ name, datatype: 'FP32', shape: [-1, size] }];
    const signature = { inputs: tensor('pixels', 64), outputs: tensor('digit', 1) };
    const { status, body } = await site.api.call('POST', '/models/digits/versions', {
      ...{ servingUrl: server.url, createModel: true, rollout: false, metrics, signature, ...more },
    });
    expect([status, body]).toEqual([201, body]);
  };
  const column = (name: string) => page.getByRole('columnheader', { name, exact: true });
  /** The numbers of the versions, from above. */
  const order = async (): Promise<string[]> =>
    page.getByRole('region', { name: 'Versions, as a table' }).getByRole('rowheader').allInnerTexts();
  const becomes = (expected: readonly string[]) => eventually(order, (now) => now.join() === expected.join());

  beforeAll(async () => {
    site = await startInstallation();
    server = await startModelServer((_request, _body, response) => json(response, { label: 'one' }));
    const tags = { team: 'vision', stage: 'trial' };
    await register({ accuracy: 0.95, loss: 0.2 }, { tags });
    await register({ accuracy: 0.97, loss: 0.17, 'a,b': 3 }, { tags: { ...tags, stage: 'final' } });
    await register({ accuracy: 0.96 }, { signature: { inputs: [], outputs: [] } });
    await register({ q1: 1, q2: 1, q3: 1, q4: 1, q5: 1, q6: 1, q7: 1, q8: 1, q9: 1 });
    await site.api.call('POST', '/models/digits/promote', { version: 1, reason: 'a test' });
    await site.api.call('POST', '/models/digits/rollouts', {
      ...{ version: 2, reason: 'a test', policy: policy(0.01) },
    });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${site.api.url}/models/digits`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Versions' }).waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });

  it('shows the metrics that somebody chooses, and keeps them in the address', async () => {
    await column('accuracy').waitFor();
    expect(await column('q9').count()).toBe(0);
    await page.getByText(/^Metrics: 5 of 12$/).click();
    await page.getByRole('searchbox', { name: 'Find a metric' }).fill('q9');
    await page.getByRole('checkbox', { name: 'q9' }).check();
    await page.getByRole('searchbox', { name: 'Find a metric' }).fill('');
    await page.getByRole('checkbox', { name: 'loss' }).uncheck();
    await column('q9').waitFor();
    expect(await column('loss').count()).toBe(0);
    await seenEverywhere(page, 'model-versions');
    await page.reload();
    await column('q9').waitFor();
    expect([await column('loss').count(), await column('accuracy').count()]).toEqual([0, 1]);
    // One that has what an address is made of in its name.
    await page.goto(`${site.api.url}/models/digits?metric=a%2Cb`);
    await column('a,b').waitFor();
    expect(await column('accuracy').count()).toBe(0);
  });

  it('sorts by a metric and by the number, both ways, in the address too', async () => {
    await page.goto(`${site.api.url}/models/digits`);
    await becomes(['4', '3', '2', '1']);
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await press('accuracy');
    await becomes(['2', '3', '1', '4']);
    expect(await column('accuracy').getAttribute('aria-sort')).toBe('descending');
    await press('accuracy');
    await becomes(['1', '3', '2', '4']);
    await page.reload();
    await becomes(['1', '3', '2', '4']);
    expect(await column('accuracy').getAttribute('aria-sort')).toBe('ascending');
    await press('Version');
    await becomes(['4', '3', '2', '1']);
    await press('Version');
    await becomes(['1', '2', '3', '4']);
  });

  it('sets two beside each other: what differs is marked, and can be all that is shown', async () => {
    await page.getByRole('checkbox', { name: 'Compare version 2' }).check();
    await page.getByText('Tick one more to compare it with 2.').waitFor();
    await page.getByRole('checkbox', { name: 'Compare version 1' }).check();
    expect(await page.getByRole('checkbox', { name: 'Compare version 3' }).isDisabled()).toBe(true);
    const chosen = page.getByRole('link', { name: 'Compare 1 and 2' });
    expect(await chosen.getAttribute('href')).toBe('/models/digits/compare?left=1&right=2');
    // What serves, beside the other one, is a click from its page.
    await page.goto(`${site.api.url}/models/digits/versions/2`);
    await page.getByRole('link', { name: 'Compare it with version 1' }).click();
    await page.getByRole('heading', { name: 'digits: 1 and 2' }).waitFor();
    const row = async (name: RegExp): Promise<string> =>
      (await page.getByRole('row', { name }).innerText()).replace(/\s+/g, ' ');
    expect(await row(/^accuracy/)).toBe('accuracy 0.95 0.97 +0.02');
    expect(await row(/^team/)).toBe('team vision vision same');
    expect(await row(/^stage/)).toBe('stage trial final differs');
    expect(await row(/^pixels/)).toBe('pixels (in) FP32 any × 64 FP32 any × 64 same');
    expect(await row(/^Gate error_rate/)).toMatch(/maxIncrease: 0.01/);
    await page.getByText('compatible', { exact: true }).waitFor();
    await seenEverywhere(page, 'compare');
    await page.getByRole('checkbox', { name: 'Only what differs' }).check();
    await eventually(
      () => page.getByRole('row', { name: /^team/ }).count(),
      (count) => count === 0,
    );
    await page.reload();
    await page.getByRole('row', { name: /^stage/ }).waitFor();
    expect(await page.getByRole('row', { name: /^team/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Swap them' }).click();
    await page.getByRole('heading', { name: 'digits: 2 and 1' }).waitFor();
    expect(await row(/^accuracy/)).toBe('accuracy 0.97 0.95 −0.02');
  });

  it.each([
    ['left=1&right=99', 'digits has no version 99'],
    ['left=1&right=1', 'one and the same version'],
    ['left=1&right=two', 'Say which two versions'],
  ])('says of %s what is wrong', async (query, text) => {
    await page.goto(`${site.api.url}/models/digits/compare?${query}`);
    await page.getByText(text).waitFor();
  });

  it('had no error of its own', () => {
    expect(errors).toEqual([]);
  });
});
