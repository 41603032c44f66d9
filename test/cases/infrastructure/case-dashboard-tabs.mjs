// Tabs of the dashboard in one browser, of one login and of many: each loads. (Six connections per host is a browser's limit over HTTP/1.1, and a stream holds one for good.)
import { existsSync } from 'node:fs';
import { API, TOKEN, api, check, finish, onEnd } from './lib.mjs';
const { chromium } = await import('playwright-core');
const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = places.find((place) => place && existsSync(place));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
onEnd(() => browser.close());
const tokenOf = async (name) => (await api('POST', '/api/v1/tokens', { name, scopes: ['read'] })).json.token;
for (const what of ['of one login', 'of as many logins']) {
  const context = await browser.newContext();
  const results = [];
  for (let i = 1; i <= 9; i++) {
    const token = what === 'of one login' ? TOKEN : await tokenOf(`tab ${i}`);
    const page = await context.newPage();
    await page.addInitScript(`sessionStorage.setItem('understudy-token', '${token}')`);
    const loaded = await page.goto(`${API}/`, { timeout: 20_000, waitUntil: 'domcontentloaded' }).then(
      () => true,
      () => false,
    );
    const shows =
      loaded &&
      (await page
        .waitForSelector('main table, main li, main a[href^="/models/"], main h1', { timeout: 20_000 })
        .then(
          () => true,
          () => false,
        ));
    results.push(`${i}: ${shows ? 'ok' : loaded ? 'page, no data' : 'does not load'}`);
  }
  check(
    results.every((r) => / ok$/.test(r)),
    `nine tabs ${what} load`,
    results.filter((r) => !/ ok$/.test(r)),
  );
  await context.close();
}
await finish();
