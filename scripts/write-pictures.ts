import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { openBrowser } from '../test/dashboard/browser.ts';

/*
 * The pictures of the README: the dashboard while `npm run demo` plays its story, light and dark. Run by hand when the dashboard
 * looks otherwise (`node dist/scripts/write-pictures.js`, two minutes); nothing in them is drawn.
 */

const FOLDER = path.resolve('docs/images');
const SIZE = { width: 1280, height: 860 };
/** So that charts have something to show. */
const LOOKS_FIRST_MS = 4_500;

const home = await mkdtemp(path.join(tmpdir(), 'understudy-pictures-'));
const demo = spawn(process.execPath, ['dist/examples/demo/main.js'], {
  env: { PATH: process.env['PATH'], HOME: process.env['HOME'], UNDERSTUDY_HOME: home },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await openBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  const [url, token] = await placeOf();
  const pages = await Promise.all((['light', 'dark'] as const).map((scheme) => logIn(scheme, url, token)));
  const each = (what: (page: Page, scheme: string) => Promise<void>): Promise<unknown> =>
    Promise.all(pages.map(([page, scheme]) => what(page, scheme)));
  const save = (name: string) =>
    each(
      async (page, scheme) =>
        void (await page.screenshot({ path: path.join(FOLDER, `${name}-${scheme}.png`) })),
    );

  await each((page) => page.getByRole('link', { name: /digits 1 → 2/ }).click());
  await each((page) =>
    page
      .getByText(/canary/)
      .first()
      .waitFor(),
  );
  await each((page) =>
    page
      .getByText(/2: 50 %/)
      .first()
      .waitFor(),
  );
  await pages[0]?.[0].waitForTimeout(LOOKS_FIRST_MS);
  await save('rollout');
  await each((page) => page.getByRole('link', { name: 'Overview' }).first().click());
  await each((page) =>
    page
      .getByText(/3: 1 %/)
      .first()
      .waitFor(),
  );
  await save('overview');
  process.stdout.write(`written to ${FOLDER}\n`);
} finally {
  await browser.close();
  demo.kill('SIGINT');
  await once(demo, 'exit');
  await rm(home, { recursive: true, force: true });
}

/** @returns the address and the token that the demo prints */
async function placeOf(): Promise<[string, string]> {
  for await (const line of createInterface({ input: demo.stdout })) {
    const [, url, token] = /watch it at (\S+) \(token, for a day: (\S+)\)/.exec(line) ?? [];
    if (url !== undefined && token !== undefined) {
      demo.stdout.resume();
      return [url, token];
    }
  }
  throw new Error('the demo ended before it had said where it is');
}

async function logIn(scheme: 'light' | 'dark', url: string, token: string): Promise<[Page, string]> {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: scheme });
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  await page.getByLabel('Your token').fill(token);
  await page.getByRole('button', { name: 'Go on' }).click();
  return [page, scheme];
}
