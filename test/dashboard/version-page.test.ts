import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { type Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { accessibilityProblems, chromiumPath, openBrowser, seenEverywhere } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

/** As somebody else may write it. */
const CARD = `# Digits

Reads **one digit** of 8×8 pixels. See [the paper](https://example.com/paper).

<script>globalThis.wasRun = true</script>
<img src=x onerror="globalThis.wasRun = true">

[run](javascript:globalThis.wasRun=true) ![a plot](http://127.0.0.1:9/plot.png)

| slice | accuracy |
|---|---|
| ones | 0.99 |
`;

withChromium('the page of a version, and of the fleet', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  const sound = async (method: string, path: string, body?: Json): Promise<Json> => {
    const answer = await site.api.call(method, path, body);
    expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
    return answer.body;
  };
  beforeAll(async () => {
    site = await startInstallation({ OUTBOUND_ALLOW: '127.0.0.0/8' });
    server = await startModelServer((_request, _body, response) => json(response, { label: 'one' }));
    const uploaded = await fetch(`${site.api.url}/api/v1/artifacts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await site.api.token('admin')}`,
        'content-type': 'application/octet-stream',
      },
      body: 'the weights',
    });
    const { digest } = (await uploaded.json()) as { digest: string };
    const tensor = (name: string) => [{ name, datatype: 'FP32', shape: [-1, 64] }];
    const version = (metrics: Json, more: Json = {}) => ({
      ...{ servingUrl: server.url, createModel: true, rollout: false, metrics, artifact: { digest } },
      ...{ signature: { inputs: tensor('pixels'), outputs: tensor('digit') }, ...more },
    });
    await sound('POST', '/models/digits/versions', version({ accuracy: 0.95, loss: 0.2 }));
    await sound(
      'POST',
      '/models/digits/versions',
      version(
        { accuracy: 0.97, loss: 0.17 },
        {
          ...{
            card: CARD,
            description: 'Trained on twice the data.',
            tags: { team: 'vision', 'mltest.data.1': 'manual' },
          },
          source: { repository: 'https://example.com/acme/digits.git', commit: 'abc1234', branch: 'main' },
          ...{ dataset: { name: 'optdigits' }, upstreams: [{ model: 'digits', version: 1 }] },
        },
      ),
    );
    await sound('POST', '/models/digits/versions', version({ accuracy: 0.98 }, { signature: null }));
    for (const one of [1, 2])
      await sound('POST', '/models/digits/promote', { version: one, reason: 'a test' });
    await sound('POST', '/models/digits/rollback', { reason: 'complaints from support' });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${site.api.url}/`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });
  const seen = (name: string): Promise<void> => seenEverywhere(page, name);

  it('says in two clicks from the overview when a version was primary, and how that ended', async () => {
    await page.getByRole('rowheader', { name: 'digits' }).getByRole('link').click();
    await page.getByRole('rowheader', { name: '2', exact: true }).getByRole('link').click();
    await page.getByRole('heading', { name: 'digits 2', exact: true }).waitFor();
    await page.getByText(/^Was primary from .* to .*; it was taken off, version 1 came after it\./).waitFor();
    const times = page.getByRole('region', { name: 'When it was primary' }).getByRole('listitem');
    expect(await times.allInnerTexts()).toEqual([expect.stringMatching(/taken off; then\s*version 1/)]);
    await times.getByRole('link', { name: 'rollout' }).click();
    await page.getByRole('heading', { name: /digits .* 2/ }).waitFor();
    await page.goBack();
  });

  it('says what it is, what it scores, and what raises that', async () => {
    for (const text of ['Trained on twice the data.', 'optdigits', 'vision', 'complaints from support'])
      expect([text, await page.getByText(text).count()]).toEqual([
        text,
        text.startsWith('complaints') ? 0 : 1,
      ]);
    expect(await page.getByRole('link', { name: 'abc1234' }).getAttribute('href')).toBe(
      'https://example.com/acme/digits/commit/abc1234',
    );
    const metrics = page.getByRole('region', { name: 'Metrics', exact: true });
    expect(await metrics.getByRole('row', { name: /accuracy/ }).innerText()).toMatch(
      /0\.97\s+0\.95\s+\+0\.02/,
    );
    await page.getByText('compatible', { exact: true }).waitFor();
    const score = page.getByRole('region', { name: 'ML test score' });
    await score.getByText('What raises it next').waitFor();
    // The weakest section names them.
    await score
      .getByText(/attach it with the tag mltest\./)
      .first()
      .waitFor();
    await seen('version');
  });

  it('shows the card as its author meant it, and runs and fetches nothing of it', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    const card = page.getByRole('region', { name: 'Model card' });
    await card.getByRole('heading', { name: 'Digits' }).waitFor();
    await card.getByRole('cell', { name: '0.99' }).waitFor();
    expect(
      await card.getByRole('link').evaluateAll((links) => links.map((one) => one.getAttribute('href'))),
    ).toEqual(['https://example.com/paper']);
    expect(await card.locator('script, img, iframe, object, form').count()).toBe(0);
    await card.getByText('[picture: a plot]').waitFor();
    expect(await page.evaluate(() => 'wasRun' in globalThis)).toBe(false);
    expect(asked.filter((url) => !url.startsWith(site.api.url))).toEqual([]);
  });

  it('gives the artifact out as it was uploaded', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toBe('the weights');
  });

  it('goes back to a version, by the keyboard and with a reason', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Go to' }).waitFor();
    await page.keyboard.type('digi v2');
    await page.getByRole('option', { name: /^digits 2/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'digits 2', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Back to this version…' }).click();
    await page.getByLabel(/^Why\?/).fill('it was the data after all');
    await page.getByRole('dialog').getByRole('button', { name: 'Make it primary', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText(/^Primary since /).waitFor();
    expect((await site.api.call('GET', '/models/digits')).body['primary']).toBe(2);
    // What serves is neither released nor gone back to.
    await page.getByRole('button', { name: 'Back to this version…' }).waitFor({ state: 'detached' });
  });

  it('releases a version that was never released', async () => {
    await page.goto(`${site.api.url}/models/digits/versions/3`);
    await page.getByText('Registered, and never released.').waitFor();
    await page.getByText('It never was.').waitFor();
    await seen('version-new');
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByLabel(/^Why\?/).fill('a test');
    await page.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByRole('heading', { name: /digits 2 → 3/ }).waitFor();
    await page.goto(`${site.api.url}/models/digits/versions/3`);
    await page.getByText(/^On trial: /).waitFor();
  });

  it.each([
    ['/models/digits/versions/99', 'digits has no version 99'],
    ['/models/digits/versions/latest', 'digits has no version'],
    ['/models/nobody/versions/1', 'No model is called “nobody”'],
  ])('says of %s that it is not there', async (path, text) => {
    await page.goto(`${site.api.url}${path}`);
    await page.getByRole('heading', { name: 'There is no such version' }).waitFor();
    await page.getByText(text).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('shows the fleet: who serves, who is behind, and what that means', async () => {
    const beat = { gateway: 'edge-7', boot: 'b', sequence: 1, acknowledged: [] };
    const token = await site.api.token('gateway');
    const says = (sequence: number) =>
      site.api.call('POST', '/gateway/evidence', { ...beat, sequence }, token);
    await says(1);
    await page.getByRole('link', { name: 'Fleet' }).click();
    await page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
    const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });
    let sequence = 1;
    await eventually(
      async () => {
        await says(++sequence);
        return row('edge-7').innerText();
      },
      (text) => /does not say\s+behind/.test(text),
      30_000,
    );
    // The gateway says what it is; a made-up one of before does not.
    expect(await row('test-gateway').innerText()).toMatch(
      /gateway\s+serving\s+\d+\.\d+\.\d+\s+\d+ of \d+[\s\S]* s\s+nothing/,
    );
    expect(await row('edge-7').innerText()).toMatch(/does not say\s+behind\s+–/);
    await page.getByRole('region', { name: 'Behind' }).getByRole('link', { name: 'digits' }).waitFor();
    await page.getByText('alive', { exact: true }).waitFor();
    const about = {
      kind: 'gateway',
      version: '0.0.9',
      routesAgeMs: 12_000,
      lostRequests: 3,
      droppedCopies: 7,
    };
    await site.api.call('POST', '/gateway/evidence', { ...beat, sequence: ++sequence, about }, token);
    await row('edge-7').getByText('evidence of 3 requests, 7 copies').waitFor();
    await page.getByText(/^Releases: 0\.0\.9 and /).waitFor();
    await seen('fleet');
    // It says nothing any more: nobody waits for it.
    await row('edge-7').getByText('silent', { exact: true }).waitFor();
  }, 120_000);

  it('had no error of its own', () => {
    expect(errors).toEqual([]);
  });
});
