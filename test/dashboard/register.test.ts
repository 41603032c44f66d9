import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { chromiumPath, openBrowser, seenEverywhere } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

/* A version that is registered by hand: what is refused is said at its field, and nothing that was typed is lost. */
withChromium('the form that registers a version', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  let sent = 0;
  const send = () => page.getByRole('button', { name: /^Register/ }).click();
  /** What a screen reader says of a field beside its name. */
  const said = (label: string): Promise<string> =>
    eventually(
      async () => {
        const field = page.getByLabel(label, { exact: true });
        const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ').filter(Boolean);
        const texts = ids.map((id) => page.locator(`[id="${id}"]`).innerText());
        return (await Promise.all(texts)).join(' ');
      },
      (text) => text !== '',
    );
  const isMarked = (label: string) =>
    page.getByLabel(label, { exact: true }).and(page.locator('[aria-invalid="true"]')).waitFor();

  beforeAll(async () => {
    site = await startInstallation();
    server = await startModelServer((_request, _body, response) =>
      json(response, { outputs: [{ name: 'label', datatype: 'INT64', shape: [1], data: [1] }] }),
    );
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => {
      if (request.method() === 'POST' && /\/versions$/.test(request.url())) sent++;
    });
    await page.goto(`${site.api.url}/`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('link', { name: 'Register the first version' }).click();
    await page.getByRole('heading', { name: 'Register a version' }).waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });

  it('says at the name that there is no such model, and makes none that nobody asked for', async () => {
    await page.getByLabel('Model', { exact: true }).fill('digits');
    await page.getByLabel('Where its servers answer').fill(server.url);
    await page.getByLabel(/There is no “digits” yet/).waitFor();
    await send();
    await isMarked('Model');
    expect(await said('Model')).toMatch(/no model "digits"/);
    expect((await site.api.call('GET', '/models')).body['items']).toEqual([]);
    await page.getByText('Not registered: see what is marked above.').waitFor();
  });

  it('says at the name what a name may be', async () => {
    await page.getByLabel('Model', { exact: true }).fill('a/b');
    await send();
    await isMarked('Model');
    expect(await said('Model')).toMatch(/none of them '\/'/);
  });

  it('says of a server that does not answer which line it is', async () => {
    await page.getByLabel('Model', { exact: true }).fill('digits');
    await page.getByLabel(/There is no “digits” yet/).check();
    await page.getByLabel('Where its servers answer').fill(`${server.url}\n\nhttp://127.0.0.1:9/`);
    await send();
    await isMarked('Where its servers answer');
    expect(await said('Where its servers answer')).toMatch(/Line 3: /);
    await page.getByLabel('Where its servers answer').fill(server.url);
  });

  it('says of metrics what cannot be read before anything is sent, and of a digest after it', async () => {
    await page.getByText('Artifact, metrics, tags, source, model card').click();
    const before = sent;
    await page.getByLabel('Metrics', { exact: true }).fill('accuracy = high');
    await send();
    await isMarked('Metrics');
    expect([sent - before, await said('Metrics')]).toEqual([
      0,
      expect.stringContaining('“high” is no number'),
    ]);
    await page.getByLabel('Metrics', { exact: true }).fill('accuracy = 0.97');
    await page.getByLabel('Artifact', { exact: true }).fill('s3://models/digits');
    await page.getByLabel('Digest of the artifact', { exact: true }).fill('sha256:12');
    await send();
    await isMarked('Digest of the artifact');
    expect(await said('Digest of the artifact')).toMatch(/64 hexadecimal digits/);
    await seenEverywhere(page, 'register');
  });

  it('keeps what was typed, and registers it', async () => {
    await page.getByLabel('Artifact', { exact: true }).fill('');
    await page.getByLabel('Digest of the artifact', { exact: true }).fill('');
    await send();
    await page.getByRole('heading', { name: /digits – → 1/ }).waitFor();
    const { metrics } = (await site.api.call('GET', '/models/digits/versions/1')).body;
    expect(metrics).toEqual({ accuracy: 0.97 });
    await eventually(
      async () => (await site.api.call('GET', '/models/digits')).body['primary'],
      (primary) => primary === 1,
    );
  });

  it('begins on a model’s page with its name, and need not release', async () => {
    await page.goto(`${site.api.url}/models/digits`);
    await page.getByRole('link', { name: 'Register a version' }).click();
    await page.getByLabel('Where its servers answer').fill(server.url);
    expect(await page.getByLabel('Model', { exact: true }).inputValue()).toBe('digits');
    await page.getByLabel(/Release it now/).uncheck();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('Registered, and never released.').waitFor();
    await page.getByRole('heading', { name: 'digits 2', exact: true }).waitFor();
  });

  it('registers once when the answer is lost and it is pressed again', async () => {
    await page.goto(`${site.api.url}/register?model=digits`);
    await page.getByLabel('Where its servers answer').fill(server.url);
    await page.getByLabel(/Release it now/).uncheck();
    let isCut = true;
    await page.route(/\/versions$/, async (route) => {
      if (route.request().method() !== 'POST' || !isCut) return route.continue();
      isCut = false;
      await route.fetch();
      await route.abort();
    });
    await send();
    await page.getByText('The server does not answer.').waitFor();
    await send();
    await page.getByRole('heading', { name: /^digits \d+$/ }).waitFor();
    expect((await site.api.call('GET', '/models/digits/versions/4')).status).toBe(404);
    await page.getByRole('heading', { name: 'digits 3', exact: true }).waitFor();
  });

  it('begins anew where its link is followed with another model, or after a version', async () => {
    // Golden requests have an answer whose form is known, and no spec reads it: that is warned of.
    const golden = { items: [{ name: 'one', path: '/', body: {} }] };
    expect((await site.api.call('PUT', '/models/digits/golden', golden)).status).toBe(200);
    const anew = async () => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Go to' }).waitFor();
      await page.keyboard.type('register a version');
      await page.getByRole('option', { name: /^Register a version/, selected: true }).waitFor();
      await page.keyboard.press('Enter');
    };
    const typed = () =>
      Promise.all(
        ['Model', 'What is new in it'].map((one) => page.getByLabel(one, { exact: true }).inputValue()),
      );
    await page.goto(`${site.api.url}/register?model=digits`);
    await page.getByLabel('What is new in it').fill('left over');
    await anew();
    await eventually(typed, ([model]) => model === '');
    expect(await typed()).toEqual(['', '']);
    await page.getByLabel('Model', { exact: true }).fill('digits');
    await page.getByLabel('Where its servers answer').fill(server.url);
    await page.getByLabel(/Release it now/).uncheck();
    await send();
    await page.getByText('digits 4 is registered, with something to look at.').waitFor();
    await anew();
    await page.getByLabel('Model', { exact: true }).waitFor();
    expect(await typed()).toEqual(['', '']);
  });

  it('had no error of its own', () => {
    expect(errors).toEqual([]);
  });
});
