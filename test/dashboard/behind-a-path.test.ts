import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startForeign } from '../../bench/gateway/foreign-server.ts';
import { freePort } from '#libs/processes';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { startInstantIssuer } from '../support/instant-issuer.ts';
import { chromiumPath, openBrowser } from './browser.ts';

const canRun = chromiumPath !== null && spawnSync('nginx', ['-v']).status === 0;
const BASE = '/tools/understudy';
const HAS_DOCS = existsSync('dist/docs/index.html');

/** nginx in front of an api that is below a path. @param target where proxy_pass leads, which decides about stripping */
async function startNginx(port: number, target: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-nginx-'));
  await chmod(folder, 0o777); // the worker is another user
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const file = path.join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
     events { worker_connections 512; }
     http { access_log off; ${temp}
       server { listen 127.0.0.1:${port};
         location / { return 418; }
         location = ${BASE} { return 302 ${BASE}/; }
         location ${BASE}/ { proxy_pass ${target}; proxy_http_version 1.1; proxy_buffering off;
                             proxy_set_header Host $http_host; } } }`,
  );
  return startForeign('nginx', ['-c', file, '-e', `${folder}/error.log`], port, folder);
}

const FORMS: [string, string][] = [
  ['strips', '/'],
  ['leaves', ''],
];
(canRun ? describe : describe.skip).each(FORMS)('behind nginx, which %s the path', (_what, slash) => {
  let site: Installation;
  let issuer: Awaited<ReturnType<typeof startInstantIssuer>>;
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let url = '';
  let token = '';

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}${BASE}`;
    issuer = await startInstantIssuer({ sub: 'anna', email: 'anna@x', email_verified: true, groups: ['ml'] });
    site = await startInstallation({
      PUBLIC_URL: `${url}/`,
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: 'understudy',
      OIDC_ROLES: 'ml=operator',
    });
    nginx = await startNginx(port, `${site.api.url}${slash}`);
    browser = await openBrowser();
    token = await site.api.token('admin');
  });
  afterAll(async () => {
    await browser.close();
    await nginx.stop();
    await site.close();
    issuer.close();
  });

  const ask = (route: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${route}`, {
      redirect: 'manual',
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
    });

  it('says where what it has made is', async () => {
    const made = await ask('/api/v1/models', { method: 'POST', body: JSON.stringify({ name: 'digits' }) });
    expect(made.status).toBe(201);
    const location = made.headers.get('location') ?? '';
    expect(location).toBe(`${BASE}/api/v1/models/digits`);
    const headers = { authorization: `Bearer ${token}` };
    for (const at of [new URL(location, url), new URL(location, site.api.url)])
      expect((await fetch(at, { headers })).status).toBe(200);
  });

  it('names itself in OpenAPI, whose page loads', async () => {
    const document = (await (await ask('/api/openapi.json')).json()) as { servers: { url: string }[] };
    expect(document.servers.map((server) => server.url)).toEqual([BASE, url]);
    const page = await browser.newPage();
    await page.goto(`${url}/api/docs`);
    await page.getByRole('heading', { name: /Understudy/ }).waitFor();
    await page.close();
  });

  (HAS_DOCS ? it : it.skip)('serves the documents (npm run docs), with a search', async () => {
    const page = await browser.newPage();
    const [lost, said]: [string[], string[]] = [[], []];
    page.on('response', (response) => {
      if (!response.url().startsWith(`${url}/`) || !response.ok()) lost.push(response.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error') said.push(message.text());
    });
    await page.goto(`${url}/docs/guides/tour`);
    await page.getByRole('heading', { name: 'A tour', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Policies for real situations', exact: true }).click();
    await page.getByRole('heading', { name: 'Policies for real situations', level: 1 }).waitFor();
    await page.getByRole('button', { name: /Search/ }).click();
    await page.getByRole('searchbox').fill('holdBack');
    await page.getByRole('option', { name: /polic/i }).first().waitFor();
    expect([lost, said]).toEqual([[], []]);
    await page.close();
  });

  it('serves the dashboard: log-in by token, pages, links, reload, events', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const lost: string[] = [];
    page.on('response', (response) => {
      if (!response.url().startsWith(`${url}/`) || response.status() === 404) lost.push(response.url());
    });
    await page.goto(`${url}/audit`);
    await page.getByLabel('Or with a token').fill(token);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    expect(page.url()).toBe(`${url}/audit`);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'digits' }).click();
    await page.getByRole('heading', { name: 'digits', exact: true }).waitFor();
    expect(page.url()).toBe(`${url}/models/digits`);
    await page.reload();
    await page.getByRole('heading', { name: 'digits', exact: true }).waitFor();
    await page.goto(`${url}/`);
    await page.getByRole('rowheader', { name: 'digits' }).waitFor();
    await ask('/api/v1/models', { method: 'POST', body: JSON.stringify({ name: 'later' }) });
    await page.getByRole('rowheader', { name: 'later' }).waitFor();
    await page.getByRole('link', { name: 'Policies' }).click();
    await page.getByLabel('Model', { exact: true }).fill('digits');
    await page.getByText('Canary at 1%').waitFor();
    await page.getByRole('button', { name: /^Log out/ }).click();
    await page.getByLabel('Or with a token').waitFor();
    expect(page.url()).toBe(`${url}/login`);
    expect(lost).toEqual([]);
    await page.close();
  });

  it('logs people in, with cookies that only it is sent', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${url}/models/digits`);
    await page.getByRole('link', { name: 'Log in', exact: true }).click();
    await page.getByRole('heading', { name: 'digits', exact: true }).waitFor();
    expect(page.url()).toBe(`${url}/models/digits`);
    const cookies = await context.cookies();
    expect(cookies.map(({ name, path: at }) => [name, at])).toEqual([['understudy', BASE]]);
    await page.getByRole('button', { name: /^Log out/ }).click();
    await page.getByLabel(/token/).waitFor();
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });

  it('is found by the command line, with a slash at the end and without', async () => {
    for (const at of [url, `${url}/`]) {
      const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', '--output', 'json', 'models'], {
        env: { PATH: process.env['PATH'], API_URL: at, UNDERSTUDY_TOKEN: token },
      });
      let out = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part: Buffer) => (out += part.toString()));
      await new Promise((resolve) => child.once('close', resolve));
      expect(out).toContain('"digits"');
    }
  });

  it('is still there for gateways, at its own address', async () => {
    const { status } = await site.api.call('GET', '/models/digits');
    expect(status).toBe(200);
    const page = await browser.newPage();
    await page.goto(`${site.api.url}/login`);
    await page.getByLabel(/token/).fill(token);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('rowheader', { name: 'digits' }).waitFor();
    await page.close();
    await eventually(
      async () => (await fetch(`${site.adminUrl()}/readyz`)).status,
      (ready) => ready === 200,
    );
  });
});
