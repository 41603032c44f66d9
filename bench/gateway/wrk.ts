import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What one run of wrk saw. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx or 3xx, and connections that broke. */
  readonly errors: number;
}

/** Every request has a unit of its own, as callers have. */
const SCRIPT = `
local n = 0
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
local body = '{"inputs":[{"name":"x","shape":[1,16],"datatype":"FP32","data":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}]}'
request = function()
  n = n + 1
  wrk.headers["x-understudy-unit"] = "user-" .. n
  return wrk.format(nil, wrk.path, wrk.headers, body)
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;

/** Loads a local URL with 32 connections for a while. Bounded: wrk stops by itself. */
export async function load(url: string, seconds: number, connections = 32): Promise<Load> {
  if (!url.startsWith('http://127.0.0.1:')) throw new Error('load goes to this machine only');
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-wrk-'));
  try {
    const script = path.join(folder, 'post.lua');
    await writeFile(script, SCRIPT);
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, url];
    const text = await run('wrk', args);
    const line = text.split('\n').find((one) => one.startsWith('{"requests"'));
    if (!line) throw new Error(`wrk said: ${text}`);
    const seen = JSON.parse(line) as Record<'requests' | 'us' | 'p50' | 'p99' | 'errors', number>;
    return {
      requests: seen.requests,
      perSecond: seen.requests / (seen.us / 1e6),
      p50Ms: seen.p50 / 1_000,
      p99Ms: seen.p99 / 1_000,
      errors: seen.errors,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', (error) =>
      reject(new Error(`${command} could not be run (apt-get install ${command})`, { cause: error })),
    );
    child.once('close', () => resolve(text));
  });
}
