import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { accessibilityProblems, chromiumPath, openBrowser } from './browser.ts';

/* The overview of an installation with many models loads what it shows. */
const MODELS = 320;
const PAGE = 50;

const withChromium = chromiumPath === null ? describe.skip : describe;
withChromium('the overview of many models', () => {
  let site: Installation;
  let browser: Browser;
  let page: Page;
  /** Of each answer that is a list of models or rollouts: how many items it has. */
  const lists: { url: string; items: number }[] = [];
  beforeAll(async () => {
    site = await startInstallation();
    const owner = new pg.Client({ connectionString: site.api.databaseUrl });
    await owner.connect();
    await owner.query(
      `INSERT INTO model (id, name, salt) SELECT gen_random_uuid(), 'model-' || lpad(i::text, 3, '0') || CASE i WHEN 7 THEN '_100%' ELSE '' END, ''
       FROM generate_series(1, ${MODELS}) i`,
    );
    await owner.end();
    browser = await openBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    page.on('response', (response) => {
      if (!/\/api\/v1\/(models|rollouts)\?/.test(response.url())) return;
      const count = async (): Promise<void> => {
        const { items } = (await response.json()) as { items: unknown[] };
        lists.push({ url: response.url(), items: items.length });
      };
      count().catch(() => undefined);
    });
    await page.goto(`${site.api.url}/login`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('rowheader', { name: 'model-001' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });
  const rows = () => page.getByRole('rowheader').count();

  it('loads a page of each list, and the next one where somebody asks for it', async () => {
    expect(await rows()).toBe(PAGE);
    await eventually(
      async () => lists.length,
      (n) => n >= 4,
    );
    expect(Math.max(...lists.map(({ items }) => items))).toBe(PAGE);
    expect(lists.some(({ url }) => url.includes('pageToken=') && !url.includes('pageToken=null'))).toBe(
      false,
    );
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show more' }).click();
    await eventually(rows, (n) => n === 2 * PAGE);
  });

  it('finds a model by a part of its name, as it is written', async () => {
    const search = page.getByRole('searchbox');
    await search.fill('MODEL-277');
    await page.getByRole('rowheader', { name: 'model-277' }).waitFor();
    expect(await rows()).toBe(1);
    await search.fill('7_100%');
    await page.getByRole('rowheader', { name: 'model-007_100%' }).waitFor();
    await search.fill("o'no");
    await page.getByText("No model has “o'no” in its name.").waitFor();
    await search.fill('_');
    await eventually(rows, (n) => n === 1);
  });
});
