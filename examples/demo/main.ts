import 'reflect-metadata';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadProcessConfig } from '#libs/config';
import { describe, runProcess } from '#libs/observe';
import { freePort, isReadableByAll } from '#libs/processes';
import { startSystem, type System } from '../../apps/allinone/src/system.ts';
import { ApiClient } from './api-client.ts';
import { startStoryJudge } from './llm-judge.ts';
import { playLlmStory } from './llm-story.ts';
import { playStory } from './story.ts';

/** `npm run demo`: everything on this machine, and the story of five releases; `llm`: of a language model. `--exit` ends after it. */
const exitAfter = process.argv.includes('--exit');
const isLlm = process.argv.includes('llm');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** From dist/examples/demo to the sources' examples folder, where models and data are. */
const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

runProcess('demo', async () => {
  const config = loadProcessConfig();
  say('Starting Understudy …');
  const ports = { apiPort: await freePort(config.apiPort), gatewayPort: await freePort(config.gatewayPort) };
  const server = fileURLToPath(new URL(`../${isLlm ? 'llm' : 'model-server'}/main.js`, import.meta.url));
  const command =
    config.deployerCommand ??
    `"${process.execPath}" "${server}" --artifact {artifact} --port {port}${isLlm ? '' : ' --model {model}'}`;
  // The demo's artifacts are ours; where others cannot read the checkout, their servers run as we do.
  const users = [
    server,
    process.execPath,
    ...(isLlm ? [path.join(examples, 'llm', 'fables.txt')] : []),
  ].every(isReadableByAll)
    ? {}
    : { DEPLOYER_USERS: 'off' };
  // The operator's own judge, where there is one.
  const judge = isLlm && !process.env['JUDGE_URL'] ? await startStoryJudge(examples) : null;
  const system = await startSystem({ ...config, ...ports }, say, {
    DEPLOYER_COMMAND: command,
    ...users,
    ...judge?.settings,
  });
  say(
    `  api ${system.apiUrl}, gateway ${system.gatewayUrl} (database: ${system.database}, jobs: ${system.queue})`,
  );
  const token = await system.issueToken('demo', ['admin']);
  say(`  watch it at ${system.apiUrl} (token, for a day: ${token})`);
  void tell(system, token);
  return {
    shutdown: async () => {
      await system.stop();
      judge?.stop();
    },
  };
});

async function tell(system: System, token: string): Promise<void> {
  const startedAt = performance.now();
  let held = false;
  try {
    const checks = await (isLlm ? playLlmStory : playStory)(
      new ApiClient(system.apiUrl, token),
      system.gatewayUrl,
      path.resolve(examples),
      say,
    );
    for (const { text, holds } of checks) say(`  ${holds ? 'held  ' : 'FAILED'}  ${text}`);
    held = checks.every((check) => check.holds);
    if (!exitAfter)
      say(
        `\nEverything stays up until Ctrl-C: the dashboard at ${system.apiUrl}, or\n  curl -H "Authorization: Bearer ${token}" ${system.apiUrl}/api/v1/models`,
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
