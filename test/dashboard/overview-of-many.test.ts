import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { accessibilityProblems, chromiumPath, openBrowser } from './browser.ts';

/* The overview of an installation with many models loads what it shows. */
const MODELS = 320;
const PAGE = 50;

const withChromium = chromiumPath === null ? describe.skip : describe;
const POLICY = JSON.stringify({
  name: 'kept',
  steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
});

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
    // One that began before 60 others, and ended after them.
    await owner.query(
      `INSERT INTO version (model_id, version, created_by) SELECT id, 1, '' FROM model WHERE name = 'model-001'`,
    );
    const ended = (more: string): string =>
      `INSERT INTO rollout (id, model_id, version, intent, state, step_index, revision, policy, policy_hash, created_by, ended_at, reason)
       SELECT gen_random_uuid(), id, 1, 'release', 'aborted', 0, 1, '${POLICY}', '', '', ${more} FROM model, generate_series(1, $1) WHERE name = 'model-001'`;
    await owner.query(ended(`now(), 'the long one'`), [1]);
    await owner.query(ended(`now() - interval '1 day', 'one of many'`), [60]);
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

  it('tells what has ended lately by its end, however long ago it began', async () => {
    const lately = page.getByRole('region', { name: 'Lately' }).getByRole('listitem');
    expect(await lately.allInnerTexts()).toEqual([
      expect.stringContaining('the long one'),
      ...Array.from({ length: 5 }, () => expect.stringContaining('one of many')),
    ]);
  });

  it('loads no more than a page of models where one is chosen', async () => {
    lists.length = 0;
    await page.goto(`${site.api.url}/policies`);
    await page.getByLabel('Model', { exact: true }).waitFor();
    await eventually(
      async () => lists.length,
      (n) => n >= 1,
    );
    expect(lists.filter(({ url, items }) => items > PAGE || /pageToken=[^n]/.test(url))).toEqual([]);
    await page.getByLabel('Model', { exact: true }).fill('model-277');
    await page.getByRole('button', { name: 'Save for model-277' }).waitFor();
    expect(new URL(page.url()).searchParams.get('model')).toBe('model-277');
    // What is no model, or no whole name yet, takes nobody's editor away.
    await page.getByLabel('Model', { exact: true }).fill('model-27');
    await page.getByRole('button', { name: 'Save for model-277' }).waitFor();
    await page.getByLabel('Model', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Save for a model' }).waitFor();
    expect(lists.filter(({ items }) => items > PAGE)).toEqual([]);
    await page.goto(`${site.api.url}/`);
    await page.getByRole('rowheader', { name: 'model-001' }).waitFor();
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
