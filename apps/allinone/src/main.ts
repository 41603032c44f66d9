import 'reflect-metadata';
import { loadProcessConfig } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { runProcess } from '#libs/observe';
import { ownRights, whyNoUsers } from '#libs/processes';
import { startSystem } from './system.ts';

/** `npm start`: everything on this machine, until Ctrl-C. */
runProcess('start', async () => {
  const config = loadProcessConfig();
  const adminToken = isTokenWanted(process.argv.slice(2)) ? 'another' : 'first';
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say('Starting Understudy …');
  const system = await startSystem(config, say, {}, { adminToken });
  say(`  dashboard ${system.apiUrl}`);
  say(`  api       ${system.apiUrl}/api/v1   (docs: ${system.apiUrl}/api/docs)`);
  say(`  gateway   ${system.gatewayUrl}/models/{model}/…`);
  say(`  data      ${config.home}   (database: ${system.database}, jobs: ${system.queue})`);
  const why = config.deployerCommand === null ? null : whyNoUsers(config.deployerUsers, ownRights());
  if (why !== null) say(`  artifacts are trusted as much as you: ${why} (docs/guides/security.md)`);
  if (system.newAdminToken !== null) say(`  admin token, shown this once: ${system.newAdminToken}`);
  say('Ctrl-C ends it.');
  return {
    shutdown: async () => {
      say('\nEnding …');
      await system.stop();
      say('Everything has ended.');
    },
  };
});

/** The way back for whoever has lost the admin token, and has the data folder. */
function isTokenWanted(words: readonly string[]): boolean {
  const unknown = words.find((word) => word !== '--new-admin-token');
  if (unknown === undefined) return words.length > 0;
  throw new DomainError(
    'invalid',
    'option_unknown',
    `npm start has no option "${unknown}". It has --new-admin-token: npm start -- --new-admin-token`,
  );
}
