import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { playScene, SEEN_SCENES } from '../support/seen-scenes.ts';
import { chromiumPath, openBrowser } from './browser.ts';

/* A dialog is open, somebody else acts, and the page hears of it; then it is confirmed. What counts is what the dialog was opened for. */
const withChromium = chromiumPath === null ? describe.skip : describe;
withChromium('commands of the dashboard', () => {
  let site: Installation;
  let server: TestModelServer;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    site = await startInstallation();
    server = await startModelServer((_request, _body, response) => json(response, {}));
    browser = await openBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${site.api.url}/login`);
    await page.getByLabel('Your token').fill(await site.api.token('admin'));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await server.stop();
  });

  it.each(SEEN_SCENES)('$command does nothing when somebody else has acted ($meanwhile)', async (scene) => {
    const { model, id, say, standing } = await playScene(site, server.url, scene);
    const isBack = scene.command === 'rollback';
    await page.goto(`${site.api.url}${isBack ? `/models/${model}` : `/rollouts/${id}`}`);
    await page.getByRole('button', { name: isBack ? 'Roll back…' : scene.command, exact: true }).click();
    const dialog = page.getByRole('dialog');
    if (isBack) await dialog.getByText('Version 4 of').waitFor();
    await dialog.getByLabel(/^Why\?/).fill('a test');
    const told = page.waitForResponse(
      (answer) => answer.url().includes('/api/v1/') && answer.status() === 200,
    );
    await say(scene.meanwhile);
    const after = await standing();
    await told;
    await dialog.getByRole('button', { name: isBack ? 'Roll back' : scene.command, exact: true }).click();
    await dialog.getByText(/It has changed since you looked \(.+\); now: .+ Nothing was done/).waitFor();
    expect(await standing()).toBe(after);
  });

  it('looks again when what a dialog was opened for could not be loaded', async () => {
    const [rollback] = SEEN_SCENES.filter(({ command }) => command === 'rollback');
    const { model, id } = await playScene(site, server.url, rollback!);
    await page.goto(`${site.api.url}/models/${model}`);
    let isAway = true;
    const cut: string[] = [];
    await page.route(`**/models/${model}/route`, (route) => {
      if (!isAway) return route.continue();
      cut.push(route.request().url());
      return route.abort();
    });
    await page.getByRole('button', { name: 'Roll back…', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Why\?/).fill('a test');
    await eventually(
      () => Promise.resolve(cut.length),
      (times) => times > 0,
    );
    isAway = false;
    const press = () => dialog.getByRole('button', { name: 'Roll back', exact: true }).click();
    await press();
    await dialog.getByText(/press again/i).waitFor();
    await press();
    await dialog.waitFor({ state: 'detached' });
    expect((await site.api.call('GET', `/rollouts/${id}`)).body['state']).toBe('rolled_back');
  });
});
