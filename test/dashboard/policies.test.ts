import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { accessibilityProblems, chromiumPath, openBrowser, screenshot } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

const WRITTEN = `# Agreed with the search team.
name: careful # a person looks first
steps:
  - checks: {}
  - shadow: { sample: 50%, minRequests: 20, maxDuration: 10m }
  - canary: { weight: 5%, minRequests: 20, maxDuration: 30m }
  - approval: {}
  - canary: { weight: 50%, minRequests: 100, maxDuration: 1h }
  - bake: { duration: 10m }
gates:
  - { metric: error_rate, maxIncrease: 0.02 } # two points
  - { metric: agreement, min: 0.8 }
`;

withChromium('the dashboard: policies', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  const OTHERS = ['barolo', 'barolo', 'barbera'];
  let other = 0;

  beforeAll(async () => {
    site = await startInstallation();
    server = await startModelServer((request, _body, response) =>
      request.url?.startsWith('/bad') && request.method === 'POST'
        ? json(response, { error: 'broken' }, 500)
        : json(response, { label: request.url?.startsWith('/other') ? OTHERS[other++ % 3] : 'grignolino' }),
    );
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        errors.push(`${message.text()} ${JSON.stringify(message.location())}`);
    });
    await ranker();
    await page.goto(`${site.api.url}/policies?model=ranker`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await editor().waitFor();
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });

  let [rolledBack, shadowed] = ['', ''];
  /** With traffic, a bad version that was rolled back, and one that answered otherwise. */
  const ranker = async (): Promise<void> => {
    const register = (place: string, rollout: unknown) =>
      site.api.call('POST', '/models/ranker/versions', {
        ...{ servingUrl: `${server.url}/${place}`, createModel: true, rollout },
      });
    await register('good', true);
    await eventually(
      async () => (await site.api.call('GET', '/models/ranker')).body['primary'],
      (primary) => primary === 1,
    );
    const callers = startCallers(`${site.gatewayUrl}/models/ranker/predict`, () => '{"acidity":2.1}');
    const canary = { weight: '50%', minRequests: 2_000, maxDuration: '10m' };
    const gates = [{ metric: 'error_rate', maxIncrease: 0.2 }];
    const policy = { name: 'watched', steps: [{ canary }], gates, localTrip: false };
    const { body } = await register('bad', { policy });
    rolledBack = body.rollout.id as string;
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${rolledBack}`)).body['state'],
      (state) => state === 'rolled_back',
    );
    const shadow = { minRequests: 100_000, maxDuration: '10m' };
    const second = await register('other', { policy: { ...policy, steps: [{ shadow }] } });
    shadowed = second.body.rollout.id as string;
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${shadowed}/samples`)).body['items'].length,
      (kept) => kept >= 6,
    );
    await site.api.call('POST', `/rollouts/${shadowed}/abort`, { reason: 'seen' });
    await callers.stop();
    expect((await put(WRITTEN)).status).toBe(200);
  };
  const put = (text: string) =>
    site.api.call('PUT', '/models/ranker/policy', text, undefined, { 'content-type': 'application/yaml' });
  const kept = async (): Promise<string> => {
    const authorization = `Bearer ${await site.api.token('read')}`;
    const asked = { headers: { authorization, accept: 'application/yaml' } };
    return (await fetch(`${site.api.url}/api/v1/models/ranker/policy`, asked)).text();
  };
  const editor = () => page.getByRole('textbox', { name: 'Policy, in YAML' });
  const save = () => page.getByRole('button', { name: 'Save for ranker' });
  const written = async (): Promise<string> =>
    (await editor().locator('.cm-line').allInnerTexts()).map((line) => line.replace(/^\n$/, '')).join('\n');
  const write = async (text: string): Promise<void> => {
    await editor().focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(text);
  };
  const seen = async (name: string): Promise<void> => {
    await screenshot(page, name);
    expect(await accessibilityProblems(page)).toEqual([]);
  };

  it('shows the policy as its author wrote it, its steps, and what it does at the traffic that was seen', async () => {
    expect(`${await written()}`).toBe(WRITTEN);
    const steps = page.getByRole('list', { name: 'The steps of this policy' });
    expect(await steps.getByRole('listitem').count()).toBe(6);
    await page
      .getByPlaceholder(/^[\d.,]+ \(seen\)$/)
      .first()
      .waitFor();
    await page.getByText('Canary at 5%').waitFor();
    await page.getByText('Nothing: this is the present policy.').waitFor();
    expect(await save().isDisabled()).toBe(true);
    await seen('policy-editor');
  });

  it('says what is wrong at its line, the schema at once and the server with its reason', async () => {
    await write(WRITTEN.replace('weight: 5%', 'wieght: 500%'));
    await page.getByText('there is no "wieght"; do you mean "weight"?').waitFor();
    await write(WRITTEN.replace('weight: 5%', 'weight: 500%'));
    await page.getByRole('button', { name: 'Line 6' }).waitFor();
    await page.getByText('"500%" is no share').first().waitFor();
    expect(await save().isDisabled()).toBe(true);
    await page.locator('.cm-lintRange-error').first().waitFor();
    await seen('policy-wrong');
    await page.getByRole('button', { name: 'Line 6' }).click();
    expect(await page.locator('.cm-activeLine').innerText()).toContain('500%');
    await write('name: [');
    await page.getByRole('button', { name: 'Line 1' }).first().waitFor();
  });

  it('completes keys and values, explains them, and is left by the keyboard', async () => {
    await write('name: x\nsteps:\n  - canary: { weight: 5%, ');
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: 'minRequests' }).waitFor();
    await page.keyboard.type('minR');
    await page.getByRole('option', { name: 'minRequests', selected: true }).waitFor();
    await screenshot(page, 'policy-completion');
    await page.keyboard.press('Enter');
    await page.keyboard.type('20');
    expect(await written()).toContain('weight: 5%, minRequests: 20');
    await write('gates:\n  - { metric: error_rate, in: [');
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: 'canary' }).waitFor();
    await page.keyboard.press('Escape');
    await write(WRITTEN);
    await page.locator('.cm-line', { hasText: 'maxIncrease' }).getByText('maxIncrease').hover();
    await page.getByText('How much more than the primary’s is allowed').waitFor();
    await editor().focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.shadowRoot !== null')).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.shadowRoot === null')).toBe(true);
    await write(WRITTEN);
  });

  it('changes a share in the text alone, says what gets looser and tighter, and saves comments with it', async () => {
    await page.getByLabel('Step 3, share').fill('2');
    const changed = WRITTEN.replace('weight: 5%', 'weight: 2%');
    expect(await written()).toBe(changed);
    await page.getByRole('heading', { name: 'Tighter' }).waitFor();
    const looser = changed.replace('0.02', '0.05');
    await write(looser);
    await page.getByRole('heading', { name: 'Looser' }).waitFor();
    await page.locator('.diff .added', { hasText: 'weight: 2%' }).waitFor();
    await page.getByRole('button', { name: /^Try it on the last/ }).click();
    await page.locator('.tried li').first().waitFor();
    await seen('policy-changed');
    await save().click();
    await page.getByText('Saved. Rollouts of ranker').waitFor();
    expect(await kept()).toBe(looser);
    await page.getByText('Nothing: this is the present policy.').waitFor();
  });

  it('loses nothing by a reload or another page, and tells who has changed it meanwhile', async () => {
    const mine = WRITTEN.replace('two points', 'mine');
    await write(mine);
    await page.getByText('Not saved yet; kept in this browser.').waitFor();
    await page.reload();
    await editor().waitFor();
    expect(await written()).toBe(mine);
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.goBack();
    await editor().waitFor();
    expect(await written()).toBe(mine);
    await put(WRITTEN.replace('two points', 'theirs'));
    await page.getByText('ranker has got another policy since you began').waitFor();
    await page.locator('.diff .removed', { hasText: 'theirs' }).waitFor();
    await seen('policy-outdated');
    await page.getByLabel('Begin with').selectOption({ index: 1 });
    await page.getByText('name: high-traffic', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Back to what was there' }).click();
    expect(await written()).toBe(mine);
    await page.getByRole('button', { name: 'Back to the present one' }).click();
    expect(await written()).toContain('theirs');
    await page.reload();
    await editor().waitFor();
    expect(await written()).toContain('theirs');
  });

  it('tells what another policy would have made of a rollout, beside what happened', async () => {
    await page.goto(`${site.api.url}/rollouts/${rolledBack}`);
    await page.getByRole('link', { name: 'What if' }).click();
    await editor().waitFor();
    await page.getByRole('button', { name: 'Decide again' }).click();
    await page.getByText(/^All \d+ looks are decided alike\.$/).waitFor();
    expect(await page.getByRole('list', { name: 'Steps' }).count()).toBe(2);
    await write((await written()).replace('maxIncrease: 0.2', 'maxIncrease: 0.2, dryRun: true'));
    await page.getByText('promoteWhen is "proven"').first().waitFor();
    await write(`${(await written()).trimEnd()}\npromoteWhen: notFailed\n`);
    await page.getByRole('button', { name: 'Decide again' }).click();
    await page.getByText(/this policy would have .* where the rollout was rolled back/).waitFor();
    await seen('rollout-replay');
    await page.getByRole('combobox', { name: 'Policy' }).selectOption('Regulated: provenance and approvals');
    await page.getByRole('button', { name: 'Decide again' }).click();
    await page.getByText(/this policy has “checks”, where the rollout had “canary 50%”/).waitFor();
  });

  it('saves a chart as a picture, as SVG and as CSV with its units', async () => {
    await page.getByRole('link', { name: 'As it goes' }).click();
    const menu = page.locator('.chart-menu').first();
    for (const [kind, begins] of [
      ['PNG', '\u0089PNG'],
      ['SVG', '<svg'],
      ['CSV', 'time (UTC),step,seen (points more than the primary)'],
    ] as const) {
      await menu.locator('summary').click();
      if (kind === 'PNG') await seen('chart-menu');
      const coming = page.waitForEvent('download');
      await menu.getByRole('button', { name: kind }).click();
      const file = await (await coming).path();
      expect((await readFile(file, 'latin1')).slice(0, begins.length)).toBe(begins);
    }
  });

  it('shows old against new, and its disagreements, which become golden requests', async () => {
    await page.goto(`${site.api.url}/rollouts/${shadowed}`);
    await page.getByRole('button', { name: /from grignolino to barolo: show them/ }).click();
    await page.getByText(/^grignolino → barolo: \d+ of \d+\./).waitFor();
    expect(await page.locator('.disagreements .on-trial').allInnerTexts()).not.toContain('barbera');
    await page.locator('.disagreements summary').first().click();
    await page.getByRole('button', { name: 'Copy as golden request' }).click();
    await page.getByText(/^Copied\. Its path is/).waitFor();
    await seen('rollout-confusion');
    await page.getByRole('button', { name: 'Show all of them' }).click();
    await page.getByText(/^grignolino → barolo: \d+ of \d+\./).waitFor({ state: 'detached' });
    // Which few of them are shown first is chance; a cell's own are all of its kind.
    await page.getByRole('button', { name: /from grignolino to barbera: show them/ }).click();
    await page.getByText(/^grignolino → barbera: \d+ of \d+\./).waitFor();
    expect(new Set(await page.locator('.disagreements .on-trial').allInnerTexts())).toEqual(
      new Set(['barbera']),
    );
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await seen('rollout-confusion-phone');
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${site.api.url}/policies?model=ranker`);
    await editor().waitFor();
  });

  it('is as good in the dark, and on a phone', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByText('Canary at 5%').waitFor();
    await seen('policy-editor-dark');
    await page.setViewportSize({ width: 380, height: 800 });
    await seen('policy-editor-phone');
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('needed no looser content security policy, and went without an error of its own', () => {
    expect(errors).toEqual([]);
  });
});
