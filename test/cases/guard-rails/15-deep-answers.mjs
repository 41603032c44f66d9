// Answers that are nested deeper than anybody reads: as a canary and in the shadow.
import { existsSync, readFileSync } from 'node:fs';
import {
  call,
  check,
  finish,
  firstPrimary,
  GATEWAY_PID,
  JSON_TYPE,
  modelServer,
  predict,
  release,
  RUN,
  sleep,
  underWay,
} from './lib.mjs';

const alive = () =>
  existsSync(`/proc/${GATEWAY_PID}`) &&
  !/State:\s+Z/.test(readFileSync(`/proc/${GATEWAY_PID}/status`, 'utf8'));
const outputSpec = { kind: 'tensor', path: '$.y', tolerance: 0 };
const sound = await modelServer(() => [200, JSON_TYPE, '{"y":[1,2]}']);
for (const [arm, depth] of [
  ['canary', 3_000],
  ['canary', 200_000],
  ['shadow', 3_000],
  ['shadow', 200_000],
]) {
  const deep = `{"y":${'['.repeat(depth)}1${']'.repeat(depth)}}`;
  const evil = await modelServer(() => [200, JSON_TYPE, deep]);
  const name = `deep-${arm}-${depth}-${RUN}`;
  await firstPrimary(name, sound.url, { outputSpec });
  const step =
    arm === 'canary'
      ? { canary: { weight: '100%', minRequests: 1_000, maxDuration: '1h' } }
      : { shadow: { minRequests: 1_000, maxDuration: '1h' } };
  const policy = { name: 'p', steps: [step], gates: [{ metric: 'error_rate', maxIncrease: 0.01 }] };
  const id = await release(name, evil.url, policy, { outputSpec });
  await underWay(id);
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await predict(name));
  await sleep(500);
  check(alive(), `${arm}, ${depth} levels: the gateway lives`);
  check(
    answers.every(({ status, text }) => status === 200 && text === '{"y":[1,2]}'),
    `${arm}, ${depth} levels: callers get the primary’s answer`,
    answers.map(({ status, text }) => `${status} ${text.slice(0, 20)}`),
  );
  await call('POST', `/rollouts/${id}/abort`, { reason: 'next' });
}
await finish();
