import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type TestApi, startApi } from '../support/api.ts';
import { chromiumPath, openBrowser } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

withChromium('a browser that nobody has logged in with', () => {
  let api: TestApi;
  let browser: Browser;
  beforeAll(async () => {
    api = await startApi();
    browser = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await api.close();
  });
  const open = async (place: string) => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(api.url + place);
    return page;
  };
  const refusals = async (): Promise<unknown[]> => {
    const items = (await api.call('GET', '/audit?pageSize=100')).body['items'] as { type: string }[];
    return items.filter(({ type }) => type === 'access.refused');
  };

  it('is led to the login from every page, and leaves no refusal on the record', async () => {
    for (const place of [
      '/',
      '/models/m',
      '/rollouts/x',
      '/audit',
      '/policies',
      '/tokens',
      '/subscriptions',
      '/login',
    ]) {
      const page = await open(place);
      await page.getByRole('button', { name: 'Go on' }).waitFor();
      await page.context().close();
    }
    // Later than a first refusal would be written.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await refusals()).toEqual([]);
    // They are on it where there are any: of a token that nobody has, for instance.
    expect((await api.call('GET', '/models', undefined, 'guessed')).status).toBe(401);
    while ((await refusals()).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }, 180_000);

  it('is logged in by the link of npm start, which neither its address nor its history keeps', async () => {
    const token = await api.token('admin');
    const page = await open(`/login#token=${token}`);
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    expect(page.url()).toBe(`${api.url}/`);
    expect(await page.getByRole('link', { name: 'Documents' }).getAttribute('href')).toBe('/docs/');
    await page.goBack();
    expect(page.url()).not.toContain('us_');
    await page.context().close();
  }, 120_000);
});
