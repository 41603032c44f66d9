import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { chromiumPath } from './browser.ts';

const withChromium = chromiumPath === null ? describe.skip : describe;

/** What a page's scripts heard on channels, and the streams that it holds open. */
const WATCH = `
  globalThis.heard = [];
  globalThis.streams = 0;
  const Channel = BroadcastChannel;
  globalThis.BroadcastChannel = class extends Channel {
    constructor(name) { super(name); this.addEventListener('message', ({ data }) => heard.push(data)); }
  };
  const { fetch } = globalThis;
  globalThis.fetch = async (...given) => {
    if (!String(given[0]).endsWith('/api/v1/stream')) return fetch(...given);
    const answer = await fetch(...given);
    streams++;
    const done = () => { streams--; };
    given[1].signal.addEventListener('abort', done, { once: true });
    return answer;
  };`;

withChromium('tabs of one browser', () => {
  let site: Installation;
  let browser: Browser;
  let context: BrowserContext;
  let count = 0;

  beforeAll(async () => {
    site = await startInstallation();
    browser = await chromium.launch({
      executablePath: chromiumPath ?? '',
      // A name that is not this machine's own: plain http there is no secure context.
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP elsewhere.test 127.0.0.1'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });
  afterEach(() => context.close());

  /** A tab with a login of its own. */
  const open = async (token: string, url = site.api.url): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.addInitScript(WATCH);
    await page.addInitScript(`sessionStorage.setItem('understudy-token', '${token}')`);
    await page.goto(url);
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    return page;
  };
  const openMany = async (tokens: readonly string[]): Promise<Page[]> => {
    context = await browser.newContext();
    const pages: Page[] = [];
    for (const token of tokens) pages.push(await open(token));
    return pages;
  };
  const streamsOf = (page: Page): Promise<number> => page.evaluate('streams');
  const leaderOf = (pages: readonly Page[]): Promise<number> =>
    eventually(
      async () => (await Promise.all(pages.map(streamsOf))).indexOf(1),
      (found) => found >= 0,
      60_000,
    );
  const makeModel = async (): Promise<string> => {
    const name = `shown-${count++}`;
    expect((await site.api.call('POST', '/models', { name })).status).toBe(201);
    return name;
  };
  const showsIn = async (pages: readonly Page[], name: string): Promise<void> => {
    await Promise.all(pages.map((page) => page.getByRole('rowheader', { name, exact: true }).waitFor()));
  };
  const times = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one);

  it('nine of one login load, hold one stream, and all show what happens', async () => {
    const pages = await openMany(times(9, await site.api.token('read')));
    await leaderOf(pages);
    await showsIn(pages, await makeModel());
    const streams = await Promise.all(pages.map(streamsOf));
    expect(streams.reduce((sum, one) => sum + one, 0)).toBe(1);
  });

  it('nine logins load and show what happens, by three streams at most', async () => {
    const tokens = await Promise.all(times(9, 0).map(() => site.api.token('read')));
    const pages = await openMany(tokens);
    await showsIn(pages, await makeModel());
    const streams = await Promise.all(pages.map(streamsOf));
    expect(streams.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(3);
  });

  /** Nothing runs on it any more, and it does not know; @returns how it goes on */
  const standStill = async (page: Page): Promise<() => Promise<unknown>> => {
    const session = await context.newCDPSession(page);
    await session.send('Debugger.enable');
    const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
    await session.send('Debugger.pause');
    void page.evaluate('1').catch(() => undefined);
    await paused;
    return () => session.send('Debugger.resume');
  };
  const ENDS: [string, (page: Page) => Promise<unknown>][] = [
    ['is closed', (page) => page.close()],
    [
      'crashes',
      async (page) => {
        const crashed = new Promise((resolve) => page.once('crash', resolve));
        const session = await context.newCDPSession(page);
        void session.send('Page.crash').catch(() => undefined);
        await crashed;
      },
    ],
    ['stands still', standStill],
    ['is frozen', (page) => page.evaluate("document.dispatchEvent(new Event('freeze'))")],
    ['goes to another place', (page) => page.goto('about:blank')],
  ];
  it.each(ENDS)('another one takes over when the one that reads the stream %s', async (_how, end) => {
    const pages = await openMany(times(3, await site.api.token('read')));
    const leader = await leaderOf(pages);
    const [ended] = pages.splice(leader, 1);
    if (!ended) throw new Error('nobody leads');
    await end(ended);
    // At a time when nobody may be listening.
    await showsIn(pages, await makeModel());
    await leaderOf(pages);
    await showsIn(pages, await makeModel());
  });

  const RESUMES: [string, (page: Page) => Promise<() => Promise<unknown>>][] = [
    ['stood still', standStill],
    [
      'was frozen',
      async (page) => {
        await page.evaluate("document.dispatchEvent(new Event('freeze'))");
        return () => page.evaluate("document.dispatchEvent(new Event('resume'))");
      },
    ],
  ];
  it.each(RESUMES)('one that %s and goes on shows what has happened, and one leads', async (_how, stop) => {
    const pages = await openMany(times(2, await site.api.token('read')));
    const [stopped] = pages.splice(await leaderOf(pages), 1);
    if (!stopped) throw new Error('nobody leads');
    const goOn = await stop(stopped);
    await leaderOf(pages);
    const meanwhile = await makeModel();
    await goOn();
    await showsIn([stopped, ...pages], meanwhile);
    await eventually(
      async () => (await Promise.all([stopped, ...pages].map(streamsOf))).join(),
      (streams) => streams === '0,1' || streams === '1,0',
    );
    await showsIn([stopped, ...pages], await makeModel());
  });

  it('hears nothing of another login', async () => {
    const [all, some] = [await site.api.token('read'), await site.api.token('read', 'publish')];
    const pages = await openMany([all, some, all]);
    const name = await makeModel();
    await showsIn(pages, name);
    const heardBy = (page: Page): Promise<{ leader?: string }[]> => page.evaluate('heard');
    const [first, other, second] = await Promise.all(pages.map(heardBy));
    expect(JSON.stringify([first, second])).toContain(name);
    // It is the only tab of its login: nobody says anything to it.
    expect(other).toEqual([]);
  });

  it('asks every few seconds where a browser shares nothing (plain http from another machine)', async () => {
    context = await browser.newContext();
    const pages: Page[] = [];
    const url = site.api.url.replace('127.0.0.1', 'elsewhere.test');
    const token = await site.api.token('read');
    for (let i = 0; i < 9; i++) pages.push(await open(token, url));
    expect(await pages[0]?.evaluate('isSecureContext')).toBe(false);
    const name = await makeModel();
    for (const page of pages) {
      await page.bringToFront();
      await showsIn([page], name);
    }
    expect(await Promise.all(pages.map(streamsOf))).toEqual(times(9, 0));
  });
});
