import 'reflect-metadata';
import { loadProcessConfig } from '#libs/config';
import { describe, runProcess } from '#libs/observe';
import { freePort } from '#libs/processes';
import { startSystem, type System } from '../../apps/allinone/src/system.ts';
import { ApiClient } from './api-client.ts';
import { type Tale, TALES } from './tales.ts';

/** `npm run demo`: everything on this machine, and a story told on it, by the word after `--`. `--exit` ends after it. */
const exitAfter = process.argv.includes('--exit');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

runProcess('demo', async () => {
  const config = loadProcessConfig();
  const begin = chosenTale();
  say('Starting Understudy …');
  const ports = { apiPort: await freePort(config.apiPort), gatewayPort: await freePort(config.gatewayPort) };
  const tale = await begin(say, config.deployerCommand);
  const system = await startSystem({ ...config, ...ports }, say, tale.settings).catch(
    async (error: unknown) => {
      await tale.stop();
      throw error;
    },
  );
  say(
    `  api ${system.apiUrl}, gateway ${system.gatewayUrl} (database: ${system.database}, jobs: ${system.queue})`,
  );
  const token = await system.issueToken('demo', ['admin']);
  say(`  watch it at ${system.apiUrl} (token, for a day: ${token})`);
  void tell(tale, system, token);
  return {
    shutdown: async () => {
      await system.stop();
      await tale.stop();
    },
  };
});

/** @throws Error for a word that is no story's: nobody watches another one by mistake */
function chosenTale(): (typeof TALES)[string] & {} {
  const [word = 'digits', ...more] = process.argv.slice(2).filter((one) => one !== '--exit');
  const tale = Object.hasOwn(TALES, word) && more.length === 0 ? TALES[word] : undefined;
  if (tale) return tale;
  throw new Error(
    `the demo has no story "${[word, ...more].join(' ')}"; there are ${Object.keys(TALES).join(', ')}, and --exit`,
  );
}

async function tell(tale: Tale, { apiUrl, gatewayUrl }: System, token: string): Promise<void> {
  const startedAt = performance.now();
  let held = false;
  try {
    const checks = await tale.play({ api: new ApiClient(apiUrl, token), apiUrl, gatewayUrl, token });
    for (const { text, holds } of checks) say(`  ${holds ? 'held  ' : 'FAILED'}  ${text}`);
    held = checks.every((check) => check.holds);
    if (!exitAfter)
      say(
        `\nEverything stays up until Ctrl-C: the dashboard at ${apiUrl}, or\n  curl -H "Authorization: Bearer ${token}" ${apiUrl}/api/v1/models`,
      );
  } catch (error) {
    say(`The story broke off: ${describe(error)}`);
  }
  say(
    `\n${held ? 'Every part of the story held' : 'The story did NOT hold'} (${((performance.now() - startedAt) / 1_000).toFixed(0)} s).`,
  );
  if (!exitAfter) return;
  process.exitCode = held ? 0 : 1;
  process.kill(process.pid, 'SIGTERM');
}
