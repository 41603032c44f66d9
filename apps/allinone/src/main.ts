import 'reflect-metadata';
import { hasScreen, loadProcessConfig } from '#libs/config';
import { DomainError, isThisMachine } from '#libs/kernel';
import { runProcess } from '#libs/observe';
import { ownRights, whyNoUsers } from '#libs/processes';
import { linkOnce } from './link-once.ts';
import { linkPage } from './link-page.ts';
import { openBrowser } from './open-browser.ts';
import { startSystem, type System } from './system.ts';

const LINK_MS = 600_000;
/** `--new-admin-token` is the way back for whoever has lost the admin token, and has the data folder. */
const WORDS = ['--new-admin-token', '--open'];

/** `npm start`: everything on this machine, until Ctrl-C. */
runProcess('start', async () => {
  const config = loadProcessConfig();
  const words = wordsOf(process.argv.slice(2));
  const adminToken = words.has('--new-admin-token') ? 'another' : 'first';
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const warning of config.warnings) say(`  warning: ${warning}`);
  say('Starting Understudy …');
  const system = await startSystem(config, say, {}, { adminToken });
  say(`  dashboard ${system.apiUrl}`);
  say(`  api       ${system.apiUrl}/api/v1   (docs: ${system.apiUrl}/api/docs)`);
  say(`  gateway   ${system.gatewayUrl}/models/{model}/…`);
  say(`  data      ${config.home}   (database: ${system.database}, jobs: ${system.queue})`);
  const why = config.deployerCommand === null ? null : whyNoUsers(config.deployerUsers, ownRights());
  if (why !== null) say(`  artifacts are trusted as much as you: ${why} (docs/guides/security.md)`);
  if (system.newAdminToken !== null) say(`  admin token, shown this once: ${system.newAdminToken}`);
  const link = words.has('--open') ? await opened(system, config.home, say) : null;
  say('Ctrl-C ends it.');
  return {
    shutdown: async () => {
      say('\nEnding …');
      await link?.close();
      await system.stop();
      say('Everything has ended.');
    },
  };
});

/** The dashboard in a browser, logged in; or its link, where there is no browser. */
async function opened(
  system: System,
  home: string,
  say: (line: string) => void,
): Promise<{ close(): Promise<void> } | null> {
  if (!isThisMachine(new URL(system.apiUrl).hostname)) {
    say(`  --open is for this machine alone, and BIND has us listen at ${system.apiUrl}: log in by a token`);
    return null;
  }
  const link = await linkOnce(async () => {
    await page.remove();
    return `${system.apiUrl}/login#token=${await system.browserToken()}`;
  }, LINK_MS);
  const page = await linkPage(home, link.url);
  say(`  open      ${link.url}   (logs in as admin, once, within 10 minutes)`);
  openBrowser(page.url, hasScreen());
  return {
    close: async () => {
      link.close();
      await page.remove();
    },
  };
}

function wordsOf(words: readonly string[]): ReadonlySet<string> {
  const unknown = words.find((word) => !WORDS.includes(word));
  if (unknown === undefined) return new Set(words);
  throw new DomainError(
    'invalid',
    'option_unknown',
    `npm start has no option "${unknown}". It has ${WORDS.join(' and ')}: npm start -- ${WORDS.join(' ')}`,
  );
}
