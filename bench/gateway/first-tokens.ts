import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { freePort } from '#libs/processes';
import { type Figure, percentile } from '../figure.ts';
import { MODEL, startUnderstudy } from './contenders.ts';
import { waitUntilListening } from './listening.ts';

const AT_ONCE = 200;
const AIM_MS = 5;

/** Milliseconds from a request to the first bytes of its stream, which is then read to its end. */
function firstToken(url: string, agent: Agent, unit: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const since = performance.now();
    const call = request(url, { method: 'POST', agent, headers: { 'x-understudy-unit': unit } });
    call.once('error', reject);
    call.once('response', (answer) => {
      let first = NaN;
      answer.on('data', () => {
        if (Number.isNaN(first)) first = performance.now() - since;
      });
      answer.once('end', () => resolve(first));
      answer.once('error', reject);
    });
    call.end('{"prompt":"x","stream":true}');
  });
}

/** Times to the first token while so many streams are under way at once, for a while. */
async function timesOf(url: string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const until = performance.now() + seconds * 1_000;
  const times: number[] = [];
  const caller = async (n: number): Promise<void> => {
    // Not all in the same millisecond: callers come when they come.
    await new Promise((resolve) => setTimeout(resolve, n * 5));
    for (let i = 0; performance.now() < until; i++) times.push(await firstToken(url, agent, `u${n}-${i}`));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => caller(n)));
  agent.destroy();
  return times;
}

/** What the gateway adds to the time to the first token of 200 streams at once, half of them of a candidate. */
export async function firstTokens(
  rounds: number,
  seconds: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const port = await freePort();
  const server = fork(path.resolve('dist/bench/gateway/stream-server.js'), [String(port)]);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await waitUntilListening(port);
  const gateway = await startUnderstudy('canary', port, port, 50);
  const seen: { readonly direct: number; readonly through: number }[] = [];
  try {
    const direct = `http://127.0.0.1:${port}/`;
    const through = `http://127.0.0.1:${gateway.port}/models/${MODEL}/generate_stream`;
    await timesOf(through, 2);
    for (let round = 0; round < rounds; round++) {
      const p99 = async (url: string): Promise<number> => percentile(await timesOf(url, seconds), 0.99);
      seen.push({ direct: await p99(direct), through: await p99(through) });
    }
  } finally {
    await gateway.stop();
    server.kill('SIGTERM');
    await ended;
  }
  const median = (of: (one: (typeof seen)[number]) => number): number => percentile(seen.map(of), 0.5);
  say(
    `\n${AT_ONCE} streams at once, p99 of the time to the first token: direct ${median((s) => s.direct).toFixed(1)} ms, through the gateway ${median((s) => s.through).toFixed(1)} ms`,
  );
  const value = median(({ direct, through }) => through - direct);
  const note =
    'p99 through the gateway less p99 direct, in the same round; half of the streams are a candidate’s';
  const named = { bench: 'gateway', figure: 'ttft_added_p99', unit: 'ms', runs: rounds, note };
  return [{ ...named, value, target: AIM_MS, holds: value <= AIM_MS }];
}
