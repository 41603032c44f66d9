// What others wrote reaches a terminal or a CI log without control characters. CHECKOUT names the project's folder.
import { spawnSync } from 'node:child_process';
import {
  ADMIN,
  API,
  call,
  check,
  finish,
  firstPrimary,
  inState,
  modelServer,
  release,
  RUN,
  WAIT,
} from './lib.mjs';

const server = await modelServer(() => [200, {}, '{}']);
const name = `terminal-${RUN}`;
await firstPrimary(name, server.url);
const id = await release(name, server.url, WAIT);
await inState(id, 'awaiting_approval', 10_000);
const reason =
  'x\u001b]0;PWNED\u0007\u001b[2J\n::error title=forged::all is lost\n::stop-commands::x\u009b31m\u202edrow';
const rejected = await call('POST', `/rollouts/${id}/reject`, { reason });
check(
  [200, 201, 400, 422].includes(rejected.status),
  'a reason with control characters is taken or refused',
  rejected.status,
);
const main = `${process.env.CHECKOUT ?? '.'}/dist/apps/cli/src/main.js`;
for (const words of [
  `rollout watch ${id}`,
  `rollout get ${id}`,
  'rollout list',
  'audit',
  `status ${name}`,
  `rollout watch ${id} --output json`,
]) {
  const env = { ...process.env, API_URL: API, UNDERSTUDY_TOKEN: ADMIN };
  const { stdout, stderr } = spawnSync(process.execPath, [main, ...words.split(' ')], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const text = stdout + stderr;
  // eslint-disable-next-line no-control-regex
  const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text);
  check(!raw && !/^::/m.test(text), words, raw ? JSON.stringify(text.slice(0, 300)) : undefined);
}
await finish();
