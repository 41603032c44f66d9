import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Schemas } from '#libs/client';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import {
  READY,
  readinessServer,
  type ReadinessServer,
  stopReadinessServers,
} from '../support/model-servers/readiness-server.ts';
import { accessibilityProblems, chromiumPath, openBrowser, screenshot } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

withChromium('the dashboard: rings, release groups, a primary that is out', () => {
  let site: Installation;
  let server: ReadinessServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    site = await startInstallation({ OUTBOUND_ALLOW: '127.0.0.0/8' });
    server = await readinessServer(READY);
    for (const model of ['encoder', 'ranker']) {
      await version(model);
      await site.api.call('POST', `/models/${model}/promote`, { version: 1, reason: 'test' });
      await version(model);
    }
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.goto(`${site.api.url}/models/ranker`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'ranker', exact: true }).waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
    await stopReadinessServers();
  });

  const version = async (model: string): Promise<void> => {
    const body = { createModel: true, servingUrl: server.url, rollout: false };
    expect((await site.api.call('POST', `/models/${model}/versions`, body)).status).toBe(201);
  };
  const seen = async (name: string): Promise<void> => {
    await screenshot(page, name);
    expect(await accessibilityProblems(page)).toEqual([]);
  };
  const confirm = async (button: string): Promise<void> => {
    await page.getByLabel(/^Why\?/).fill('a test');
    await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  const segments = async () => (await site.api.call('GET', '/models/ranker/segments')).body;

  it('edits segments, and says at each field what the api refuses', async () => {
    await page.getByRole('button', { name: 'Change segments' }).click();
    await page.getByLabel('Name', { exact: true }).fill('The staff');
    await page.getByLabel('Name of the header').fill('x team');
    await page.getByLabel('Values, one a line').fill('staff\nhead office ');
    await page.getByRole('button', { name: 'Save segments' }).click();
    await page.getByText(/^not a name such as staff/).waitFor();
    // What is below a name is looked at once the name is one.
    await page.getByLabel('Name', { exact: true }).fill('staff');
    await page.getByRole('button', { name: 'Save segments' }).click();
    await page.getByText('not the name of a header or a cookie').waitFor();
    await page.getByText('Line 2: has blanks around it').waitFor();
    expect(await segments()).toEqual({});
    await seen('segments-refused');
    await page.getByLabel('Name of the header').fill('x-team');
    await page.getByLabel('Values, one a line').fill('staff\nhead office');
    await page.getByRole('button', { name: 'Add a segment' }).click();
    const second = page.getByRole('group', { name: 'Segment 2' });
    await second.getByLabel('Name', { exact: true }).fill('staff');
    await page.getByText('There is one of this name above.').waitFor();
    expect(await page.getByRole('button', { name: 'Save segments' }).isDisabled()).toBe(true);
    await second.getByLabel('Name', { exact: true }).fill('pilots');
    await second.getByLabel('Who is in it is said by').selectOption('List of units');
    await second.getByLabel('Units, one a line').fill('user-17\nuser-42\n');
    await page.getByRole('button', { name: 'Save segments' }).click();
    await page.getByText('header x-team: staff, head office').waitFor();
    await page.getByText('2 listed units').waitFor();
    const said = {
      staff: { header: 'x-team', values: ['staff', 'head office'] },
      pilots: { units: ['user-17', 'user-42'] },
    };
    expect(await segments()).toEqual(said);
    await seen('segments');

    // What another person has changed meanwhile is not undone.
    await page.getByRole('button', { name: 'Change segments' }).click();
    const theirs = { ...said, beta: { units: ['b'] } };
    expect((await site.api.call('PUT', '/models/ranker/segments', theirs)).status).toBe(200);
    await page.getByRole('button', { name: 'Take away segment 2' }).click();
    await page.getByRole('button', { name: 'Save segments' }).click();
    await page.getByText('This did not work.').waitFor();
    expect(await segments()).toEqual(theirs);
    await page.getByRole('button', { name: 'Leave as they are' }).click();
  }, 180_000);

  it('shows who gets a version in a ring', async () => {
    const canary = { segment: 'staff', minRequests: 1_000, maxDuration: '1h' };
    const policy = {
      name: 'rings',
      steps: [{ canary }],
      gates: [{ metric: 'error_rate', maxIncrease: 0.2 }],
    };
    const { status, body } = await site.api.call('POST', '/models/ranker/rollouts', { version: 2, policy });
    expect(status).toBe(201);
    await page.goto(`${site.api.url}/rollouts/${String(body['id'])}`);
    await page
      .getByText(/^50\s% of the units in staff get version 2; everybody else gets version 1\.$/)
      .waitFor();
    await page.getByRole('img', { name: /^Version 2 gets 50\s% of staff$/ }).waitFor();
    await seen('rollout-ring');
    await site.api.call('POST', `/rollouts/${String(body['id'])}/abort`, { reason: 'test' });
  }, 180_000);

  it('takes a release group back as one, and releases it again', async () => {
    const step = { canary: { weight: '50%', minRequests: 1_000, maxDuration: '1h' } };
    const gates = [{ metric: 'error_rate', maxIncrease: 0.2 }];
    const policy = { name: 'together', gates, steps: [step, { bake: { duration: '1m' } }] };
    const members = ['encoder', 'ranker'].map((model) => ({ model, version: 2, policy }));
    const { status, body } = await site.api.call('POST', '/release-groups', { members, reason: 'test' });
    expect(status).toBe(201);
    const [encoder] = body['members'];
    // What is pressed before the steps have begun is about a group that has moved since, and refused.
    await eventually(
      async () => (await site.api.call('GET', `/release-groups/${String(body['id'])}`)).body['members'],
      (all: Schemas['Rollout'][]) => all.every(({ decision }) => /^0 of 1000/.test(decision?.because ?? '')),
      60_000,
    );
    await page.goto(`${site.api.url}/rollouts/${String(encoder.id)}`);
    const group = page.getByRole('region', { name: 'Release group' });
    await group.getByRole('link', { name: 'ranker 2', exact: true }).waitFor();
    await seen('release-group');
    await group.getByRole('button', { name: 'Take all back' }).click();
    await confirm('Take all back');
    await group.getByRole('button', { name: 'Release all again' }).click();
    await confirm('Release all again');
    await page.waitForURL((url) => !url.pathname.endsWith(String(encoder.id)));
    await page.getByRole('heading', { name: /encoder 1 → 2/ }).waitFor();
    const { body: list } = await site.api.call('GET', '/release-groups?live=true');
    expect(list['items']).toHaveLength(1);
    expect(list['items'][0]).toMatchObject({ reason: `retry of ${String(body['id'])}: a test` });
    await site.api.call('POST', `/release-groups/${String(list['items'][0].id)}/abort`, { reason: 'test' });
  }, 180_000);

  it('begins a release group', async () => {
    for (const model of ['cart', 'search']) {
      await version(model);
      await site.api.call('POST', `/models/${model}/promote`, { version: 1, reason: 'test' });
      await version(model);
    }
    await page.goto(site.api.url);
    await page.getByRole('button', { name: 'Release several together' }).click();
    const member = (at: number) => page.getByRole('group', { name: `Model ${at}` });
    await member(1).getByLabel('Model').fill('cart');
    await member(1).getByLabel('Version').selectOption('2');
    await member(2).getByLabel('Model').fill('cart');
    await page.getByText('It is named above').waitFor();
    await member(2).getByLabel('Version').selectOption('2');
    await page.getByLabel(/^Why\?/).fill('a test');
    await page.getByRole('dialog').getByRole('button', { name: 'Release together' }).click();
    await page.getByText('"cart" is named twice').waitFor();
    await member(2).getByLabel('Model').fill('search');
    await member(2).getByLabel('Version').selectOption('2');
    await seen('start-group');
    await confirm('Release together');
    await page.getByRole('heading', { name: /cart 1 → 2/ }).waitFor();
    // Each version that is named leads to its page; the other rollouts are a click away.
    const hrefs = (of: Locator): Promise<(string | null)[]> =>
      of.getByRole('link').evaluateAll((links) => links.map((one) => one.getAttribute('href')));
    const versions = (model: string, ...numbers: number[]): string[] =>
      numbers.map((one) => `/models/${model}/versions/${one}`);
    expect(await hrefs(page.getByRole('heading', { level: 1 }))).toEqual(versions('cart', 1, 2));
    const group = page.getByRole('region', { name: 'Release group' });
    await group.getByRole('link', { name: /^rollout of search 2/ }).waitFor();
    expect((await hrefs(group)).sort()).toEqual([
      ...versions('cart', 2),
      ...versions('search', 2),
      expect.stringMatching(/^\/rollouts\//),
    ]);
    const { groupId } = (await site.api.call('GET', '/models/cart/rollouts')).body['items'][0];
    const off = await site.api.call('POST', `/release-groups/${String(groupId)}/abort`, { reason: 'test' });
    expect([off.status, off.body['reason']]).toEqual([200, 'a test']);
  }, 180_000);

  it('sets the environment of a model, and says what the api refuses', async () => {
    for (const model of ['quotes', 'quotes-staging']) await version(model);
    const after = { name: 'staging', after: 'quotes' };
    expect((await site.api.call('PUT', '/models/quotes-staging/environment', after)).status).toBe(200);
    await page.goto(`${site.api.url}/models/quotes`);
    await page.getByRole('button', { name: 'Set environment' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('prod');
    await dialog.getByLabel('After').fill('quotes-staging');
    await dialog.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('A model cannot come after itself: quotes → quotes-staging → quotes').waitFor();
    await seen('environment-refused');
    await site.api.call('PUT', '/models/quotes-staging/environment', { name: 'staging' });
    await dialog.getByRole('button', { name: 'Set', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('only artifacts that are proven there are released here').waitFor();
    const known = async () => (await site.api.call('GET', '/models/quotes/environment')).body;
    expect(await known()).toEqual({ name: 'prod', after: 'quotes-staging' });
    await page.getByRole('button', { name: 'Change environment' }).click();
    await dialog.getByLabel('After').fill('');
    await dialog.getByLabel('Name').fill('');
    await dialog.getByRole('button', { name: 'Take it away' }).click();
    await page.getByRole('button', { name: 'Set environment' }).waitFor();
    expect(await known()).toEqual({});
  }, 180_000);

  it('says which primaries answer nobody, until they do', async () => {
    await server.stop();
    await page.goto(site.api.url);
    const out = page.getByRole('alert', { name: 'Primaries that answer nobody' });
    const call = (): Promise<unknown> =>
      fetch(`${site.gatewayUrl}/models/ranker/predict`, { method: 'POST', body: '{}' }).catch(() => null);
    await eventually(
      async () => {
        await call();
        return out.getByRole('link', { name: 'ranker' }).isVisible();
      },
      Boolean,
      90_000,
    );
    await seen('overview-primary-out');
    await out.getByRole('link', { name: 'ranker' }).click();
    await page.getByText(/^Primary out$/).waitFor();
    await seen('model-primary-out');
    await server.start();
    await page.getByText(/^Primary out$/).waitFor({ state: 'detached' });
  }, 240_000);
});
