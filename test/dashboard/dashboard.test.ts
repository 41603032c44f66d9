import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { accessibilityProblems, chromiumPath, openBrowser, screenshot } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

withChromium('the dashboard', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    site = await startInstallation();
    server = await startModelServer((request, _body, response) =>
      request.url?.startsWith('/bad') && request.method === 'POST'
        ? json(response, { error: 'broken' }, 500)
        : json(response, { label: request.url?.startsWith('/cat') ? 'cat' : 'dog' }),
    );
    browser = await openBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // What the api refuses is shown on the page; the browser notes it too.
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        errors.push(message.text());
    });
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });

  const register = async (model: string, place: string, rollout: unknown = true) => {
    const servingUrl = `${server.url}/${place}`;
    const { status, body } = await site.api.call('POST', `/models/${model}/versions`, {
      servingUrl,
      createModel: true,
      rollout,
      metrics: { accuracy: 0.957 },
    });
    expect(status).toBe(201);
    return body;
  };
  const primaryOf = async (model: string): Promise<number | null> =>
    (await site.api.call('GET', `/models/${model}`)).body['primary'];
  const step = { minRequests: 20, maxDuration: '10m' };
  const policy = (...steps: object[]) => ({
    policy: { name: 'watched', steps, gates: [{ metric: 'error_rate', maxIncrease: 0.2 }], localTrip: false },
  });
  const seen = async (name: string): Promise<void> => {
    await screenshot(page, name);
    expect(await accessibilityProblems(page)).toEqual([]);
  };
  const confirm = async (button: string, reason?: string): Promise<void> => {
    if (reason !== undefined) await page.getByLabel(/^Why\?/).fill(reason);
    await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };

  it('lets nobody in without a token, and leads on to where they wanted', async () => {
    await page.goto(`${site.api.url}/audit`);
    await page.getByLabel('Your token').fill('us_not_a_token');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('checksum does not match').waitFor();
    await seen('login');
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/audit');
  });

  it('says what to do while there is nothing', async () => {
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('No model is registered yet').waitFor();
    await page.getByText('No rollout is under way').waitFor();
    await seen('overview-empty');
  });

  it('shows a rollout live, from its registration to primary, without being asked again', async () => {
    await register('digits', 'good');
    await page.getByRole('rowheader', { name: 'digits' }).waitFor();
    await page.getByText('version 1').first().waitFor();
    await eventually(
      () => primaryOf('digits'),
      (primary) => primary === 1,
    );
    const { rollout } = await register(
      'digits',
      'good',
      policy({ shadow: step }, { canary: { weight: '50%', ...step, minRequests: 200 } }),
    );
    const card = page.getByRole('link', { name: /digits 1 → 2/ });
    await card.waitFor();
    // The steps are drawn, each as a bar.
    expect((await page.locator('.track.small .bar').first().boundingBox())?.height).toBe(6);
    await screenshot(page, 'overview-live');
    await card.click();
    await page.getByRole('heading', { name: /digits 1 → 2/ }).waitFor();
    // A step lasts as long as the page needs to show it: nobody calls meanwhile.
    const callUntil = async (reached: () => Promise<boolean>): Promise<void> => {
      const callers = startCallers(`${site.gatewayUrl}/models/digits/predict`, () => '{}');
      try {
        await eventually(reached, Boolean);
      } finally {
        await callers.stop();
      }
    };
    const stepOf = async (): Promise<number | undefined> =>
      (await site.api.call('GET', `/rollouts/${rollout.id}`)).body['step']?.index;
    await callUntil(async () => (await stepOf()) === 1);
    await page.getByRole('listitem').filter({ hasText: 'canary 50%' }).and(page.locator('.now')).waitFor();
    await seen('rollout-live');
    await callUntil(async () => (await primaryOf('digits')) === 2);
    await page.getByText('Version 2 serves everybody.').waitFor();
    await seen('rollout-succeeded');
  });

  it('approves at a gate, with a reason that is kept', async () => {
    const { rollout } = await register(
      'digits',
      'good',
      policy({ approval: {} }, { canary: { weight: '10%', ...step } }),
    );
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await page.getByRole('heading', { name: 'Waits for a person' }).waitFor();
    await seen('overview-waiting');
    await page.getByRole('region', { name: 'Waits for a person' }).getByRole('link').click();
    await page.getByRole('button', { name: 'approve' }).click();
    await page
      .getByText(/Nobody has approved yet\. .* Once enough people have approved, it goes on to “canary 10%”/)
      .waitFor();
    await seen('confirm');
    await confirm('approve', 'looked at it with the team');
    await page.getByText(/of the units get version 3/).waitFor();
    await page.getByText('looked at it with the team').waitFor();
    await page.getByRole('button', { name: 'abort' }).click();
    await page
      .getByText('Version 3 leaves the traffic at once; version 2 serves everybody.')
      .first()
      .waitFor();
    await confirm('abort', 'enough for this test');
    await page.getByText('Version 3 gets nothing; version 2 serves.').waitFor();
    expect((await site.api.call('GET', `/rollouts/${rollout.id}`)).body).toMatchObject({ state: 'aborted' });
  });

  it('rejects at a gate, which says who gets what meanwhile', async () => {
    const { rollout } = await register(
      'digits',
      'good',
      policy(
        { canary: { weight: '50%', ...step } },
        { approval: {} },
        { canary: { weight: '60%', ...step } },
      ),
    );
    await page.goto(`${site.api.url}/rollouts/${rollout.id}`);
    const callers = startCallers(`${site.gatewayUrl}/models/digits/predict`, () => '{}');
    await page.getByText('awaiting approval', { exact: true }).waitFor();
    await callers.stop();
    // It said that everybody gets the version before.
    await page.getByText(/^50 % of the units get version \d+, the others version 2\.$/).waitFor();
    await page.getByRole('button', { name: 'reject' }).click();
    await confirm('reject', 'the data set is wrong');
    await page.getByText('rejected by').first().waitFor();
    expect((await site.api.call('GET', `/rollouts/${rollout.id}`)).body).toMatchObject({ state: 'aborted' });
  });

  it('shows a bad candidate being stopped, and why', async () => {
    const callers = startCallers(`${site.gatewayUrl}/models/digits/predict`, () => '{}');
    try {
      const { rollout } = await register(
        'digits',
        'bad',
        policy({ canary: { weight: '50%', ...step, minRequests: 1_000 } }),
      );
      await page.goto(`${site.api.url}/rollouts/${rollout.id}`);
      await page.getByText('rolled back').first().waitFor({ timeout: 45_000 });
      await page.getByText('worse than allowed').first().waitFor();
      await page.getByRole('img', { name: /^error_rate: between/ }).waitFor();
      // And whoever comes later finds it by one click.
      await page.goto(site.api.url);
      await page.getByRole('region', { name: 'Lately' }).getByRole('link').first().click();
      await page.getByText('worse than allowed').first().waitFor();
      await seen('rollout-rolled-back');
    } finally {
      await callers.stop();
    }
    expect(await primaryOf('digits')).toBe(2);
  });

  it('shows where a model stands in a chain, and leads to the one before', async () => {
    await site.api.call('POST', '/models', { name: 'scans' });
    const environment = { name: 'prod', after: 'digits' };
    const set = await site.api.call('PUT', '/models/scans/environment', environment);
    expect(set.status).toBe(200);
    await page.goto(`${site.api.url}/models/scans`);
    const line = page.getByText(/^Environment prod, after digits: only artifacts that are proven there/);
    await line.waitFor();
    await seen('model-environment');
    await line.getByRole('link', { name: 'digits' }).click();
    await page.getByRole('heading', { name: 'digits', exact: true }).waitFor();
  });

  it('shows where a shadow disagreed most: the request and both answers', async () => {
    const callers = startCallers(`${site.gatewayUrl}/models/digits/predict`, () => '{"pixels":[1,2]}');
    try {
      const shadow = { shadow: { minRequests: 100_000, maxDuration: '10m' } };
      const { rollout } = await register('digits', 'cat', policy(shadow));
      await page.goto(`${site.api.url}/rollouts/${rollout.id}`);
      await page.getByRole('heading', { name: 'Where the two disagreed most' }).waitFor({ timeout: 45_000 });
      await page.locator('.disagreements summary').first().click();
      // Worse ones may come meanwhile; what is read stays.
      const sample = page.locator('.disagreements details[open]');
      for (const text of ['pixels', '"label": "dog"', '"label": "cat"'])
        await sample.getByText(text).last().waitFor();
      await seen('rollout-samples');
      await site.api.call('POST', `/rollouts/${rollout.id}/abort`, { reason: 'seen' });
    } finally {
      await callers.stop();
    }
  });

  it('compares versions, shows lineage and history, and rolls back in two clicks from anywhere', async () => {
    await site.api.call('POST', '/models/ranker/versions', {
      servingUrl: `${server.url}/good`,
      createModel: true,
      rollout: false,
      upstreams: [{ model: 'digits', version: 2 }],
    });
    await page.goto(`${site.api.url}/models/digits`);
    await page.getByRole('heading', { name: 'Lineage of version 2' }).waitFor();
    await page.getByRole('link', { name: 'ranker 1' }).waitFor();
    await page.getByRole('columnheader', { name: 'accuracy' }).waitFor();
    await page.getByRole('heading', { name: 'Primaries' }).waitFor();
    await seen('model');
    await page.getByRole('button', { name: 'Roll back…' }).click();
    await page.getByText('version 2 of digits is replaced by the last proven primary before it').waitFor();
    await confirm('Roll back', 'complaints from support');
    await page.getByText('Version 1 serves.').waitFor();
    expect(await primaryOf('digits')).toBe(1);
  });

  it('leads from anywhere to anything by the keyboard', async () => {
    await page.goto(`${site.api.url}/audit`);
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    const ask = async (text: string, found: RegExp): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Go to' }).waitFor();
      await page.keyboard.type(text);
      await page.getByRole('option', { name: found, selected: true }).waitFor();
    };
    await ask('ranke', /^ranker/);
    await seen('palette');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'ranker', exact: true }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await ask('roll b', /^Roll back/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Roll back at once?' }).waitFor();
    // What is open keeps the keyboard.
    await page.keyboard.press('Control+k');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Go to' }).waitFor();
    await page.keyboard.type('no such thing');
    await page.getByText('Nothing has “no such thing” in its name.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('offers to force a rollback where nothing that it could go back to answers', async () => {
    const lost = await startModelServer((_request, _body, response) => json(response, { label: 'dog' }));
    for (const [i, servingUrl] of [lost.url, `${server.url}/good`].entries()) {
      await site.api.call('POST', '/models/lost/versions', {
        ...{ servingUrl, createModel: true, rollout: false },
      });
      await site.api.call('POST', '/models/lost/promote', { version: i + 1, reason: 'a test' });
    }
    await lost.stop();
    await page.goto(`${site.api.url}/models/lost`);
    await page.getByRole('button', { name: 'Roll back…' }).click();
    expect(await page.getByLabel(/^Force/).count()).toBe(0);
    await page.getByLabel(/^Why\?/).fill('complaints');
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByText(/"lost" cannot go back: version 1 does not answer at .* --force/).waitFor();
    expect(await primaryOf('lost')).toBe(2);
    await page.getByLabel(/^Force/).check();
    await seen('rollback-force');
    await confirm('Roll back', 'complaints');
    await page.getByText('Version 1 serves.').waitFor();
    expect(await primaryOf('lost')).toBe(1);
    // There is nothing before it: said before anybody has pressed.
    await page.getByRole('button', { name: 'Roll back…' }).click();
    await page.getByText('Not possible now: "lost" has no earlier primary to go back to').waitFor();
    const verb = page.getByRole('dialog').getByRole('button', { name: 'Roll back', exact: true });
    expect(await verb.isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('checks a policy while it is written, and previews its plan', async () => {
    await page.getByRole('link', { name: 'Policies' }).click();
    await page.getByLabel('Model', { exact: true }).fill('digits');
    await page.getByText('Canary at 1%').waitFor();
    await seen('policies');
    const write = async (text: string): Promise<void> => {
      await page.getByRole('textbox', { name: 'Policy, in YAML' }).focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
    };
    await write('name: mine\nsteps:\n  - canary: { weight: 200%, minRequests: 1, maxDuration: 1h }\n');
    await page.getByText('"200%" is no share').first().waitFor();
    expect(await page.getByRole('button', { name: 'Save for digits' }).isDisabled()).toBe(true);
    const fine =
      'name: mine\nsteps:\n  - canary: { weight: 20%, minRequests: 1, maxDuration: 1h }\ngates:\n  - { metric: error_rate, maxIncrease: 0.1 }\n';
    await write(fine);
    await page.getByText('Canary at 20%').waitFor();
    // No worker here is set up for it: it may be saved, and is said to keep releases from starting.
    await write(
      'name: judged\nsteps:\n  - shadow: { minRequests: 1, maxDuration: 1h }\ngates:\n  - { metric: judge_win_rate, min: 0.4 }\n',
    );
    await page.getByText('needs JUDGE_URL and JUDGE_MODEL').waitFor();
    expect(await page.getByRole('button', { name: 'Save for digits' }).isEnabled()).toBe(true);
    await write(fine);
    await page.getByText('Canary at 20%').waitFor();
    await page.getByRole('button', { name: 'Save for digits' }).click();
    await page.getByText('Saved. Rollouts of digits').waitFor();
    expect((await site.api.call('GET', '/models/digits/policy')).body).toMatchObject({ name: 'mine' });
  });

  it('makes a token once, subscribes, and verifies the record', async () => {
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByLabel('Name').fill('search team');
    await page.getByLabel('Models (empty: all)').fill('search-*');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByText('nothing shows it again').waitFor();
    await page.getByRole('rowheader', { name: 'search team' }).waitFor();
    await seen('tokens');
    await page.getByRole('button', { name: 'revoke search team' }).click();
    await confirm('revoke');
    await page.getByRole('rowheader', { name: 'search team' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Subscriptions' }).click();
    await page.getByLabel('Name').fill('log');
    await page.getByLabel('URL').fill(`${server.url}/hook`);
    await page.getByRole('button', { name: 'Subscribe' }).click();
    await page.getByText('Deliveries are signed with this').waitFor();
    await page.getByRole('heading', { name: 'log' }).waitFor();
    await seen('subscriptions');
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('button', { name: 'Verify the record' }).click();
    await page.getByText('are as they were written').waitFor();
    const version = page
      .getByRole('row', { name: /rollout\.created/ })
      .getByRole('link', { name: /^version / });
    expect(await version.first().getAttribute('href')).toMatch(/^\/models\/[^/]+\/versions\/\d+$/);
    await seen('audit');
  });

  it('is usable on a phone, in the dark, and by keyboard', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    const { body } = await site.api.call('GET', '/rollouts');
    for (const [name, path] of [
      ['overview', '/'],
      ['model', '/models/digits'],
      ['rollout', `/rollouts/${body['items'][0].id as string}`],
      ['audit', '/audit'],
      ['tokens', '/tokens'],
      ['subscriptions', '/subscriptions'],
      ['policies', '/policies'],
    ] as const) {
      await page.goto(`${site.api.url}${path}`);
      await page.locator('main h1').waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      await seen(`phone-${name}`);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect([name, overflow]).toEqual([name, 0]);
    }
    await page.goto(site.api.url);
    await page.locator('main h1').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByRole('button', { name: 'Roll back…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('does not jump while live data arrive', async () => {
    // Its server was stopped for good: the alarm, which may come at any time, would push the rest away.
    const retired = await site.api.call('POST', '/models/lost/retire', { reason: 'its server was stopped' });
    expect(retired.status).toBe(200);
    await page.goto(site.api.url);
    await page.getByRole('rowheader', { name: 'digits' }).waitFor();
    await page.getByText('Primaries that answer nobody').waitFor({ state: 'detached' });
    await page.evaluate(`globalThis.shifts = [];
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifts.push(entry.value)))
        .observe({ type: 'layout-shift', buffered: false });`);
    for (let i = 0; i < 5; i++) await register('digits', 'good', false);
    await page.waitForTimeout(3_000);
    const shifted = await page.evaluate('shifts.reduce((sum, one) => sum + one, 0)');
    expect(shifted).toBeLessThan(0.01);
  });

  it('says so when the server is away, and goes on when it is back', async () => {
    await page.goto(site.api.url);
    await page.getByRole('rowheader', { name: 'digits' }).waitFor();
    await site.api.process.kill('SIGKILL');
    await page.getByText('what you see may be old').waitFor();
    await screenshot(page, 'server-away');
    await site.startApiAgain();
    await page.getByText('what you see may be old').waitFor({ state: 'detached' });
  });

  it('went without an error of its own', () => {
    expect(errors.filter((text) => !/ERR_CONNECTION|net::|fetch/i.test(text))).toEqual([]);
  });
});
