import { cpuSeconds } from './cpu-time.ts';
import { type Figure, percentile, printFigures } from './figure.ts';
import { badCandidates } from './gateway/bad-candidates.ts';
import { firstTokens } from './gateway/first-tokens.ts';
import { MODEL, startHaproxy, startNodeProxy, startUnderstudy } from './gateway/contenders.ts';
import type { Started } from './gateway/foreign-server.ts';
import { startBackends, startNginxProxy } from './gateway/nginx.ts';
import { load, type Load } from './gateway/wrk.ts';

/** `npm run bench -- gateway [rounds] [seconds] [answer bytes, ...] [--full]`; all proxies there are to compare with: --full */
const args = process.argv.slice(3).filter((one) => !one.startsWith('--'));
const FULL = process.argv.includes('--full');
const ROUNDS = Number(args[0] ?? 3);
const SECONDS = Number(args[1] ?? 2);
const SIZES = (args[2] ?? '200,4096,65536').split(',').map(Number);
const WARM_UP_SECONDS = 3;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Contender = readonly [name: string, start: () => Promise<Started>];
interface Seen extends Load {
  /** Microseconds of processor time for one request, of the proxy alone. */
  readonly cpuUs: number;
}

/** A JSON answer of about so many bytes, full of numbers, as a model's is. */
function answerOf(bytes: number): string {
  const head = '{"outputs":[{"name":"y","datatype":"FP64","data":[';
  const numbers: string[] = [];
  for (let size = head.length + 4, i = 0; size < bytes - 9; i++) {
    const number = (0.5 + 0.4 * Math.sin(i)).toFixed(7);
    numbers.push(number);
    size += number.length + 1;
  }
  return `${head}${numbers.join(',')}]}]}`;
}

/** All contenders take turns, so that whatever else the machine does hits all alike. */
async function compare(
  contenders: readonly Contender[],
  atEnd?: (started: ReadonlyMap<string, Started>) => Promise<void>,
): Promise<Map<string, Seen[]>> {
  const results = new Map<string, Seen[]>(contenders.map(([name]) => [name, []]));
  const started: [string, Started][] = [];
  try {
    for (const [name, start] of contenders) started.push([name, await start()]);
    const url = (port: number): string => `http://127.0.0.1:${port}/models/${MODEL}/infer`;
    // Long enough for compilers to have compiled.
    for (const [, { port }] of started) await load(url(port), WARM_UP_SECONDS);
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, { port, pid }] of started) {
        const before = cpuSeconds(pid);
        const seen = await load(url(port), SECONDS);
        const cpuUs = ((cpuSeconds(pid) - before) / seen.requests) * 1e6;
        results.get(name)?.push({ ...seen, cpuUs });
      }
    await atEnd?.(new Map(started));
  } finally {
    await Promise.all(started.map(([, one]) => one.stop()));
  }
  return results;
}

/** What a gateway says of its own shadow: the share of requests whose copy was compared. */
async function comparedShare(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce(
      (all, one) => all + Number(one[1]),
      0,
    );
  return 1 - sum('understudy_gateway_shadow_dropped_total') / sum('understudy_gateway_requests_total');
}

const median = (seen: readonly Seen[] | undefined, of: (one: Seen) => number): number =>
  percentile((seen ?? []).map(of), 0.5);
/** The median over rounds of ours over theirs in the same round. */
function ratio(
  results: Map<string, Seen[]>,
  ours: string,
  theirs: string,
  of: (one: Seen) => number,
): number {
  const others = results.get(theirs) ?? [];
  const ratios = (results.get(ours) ?? []).map((one, i) => of(one) / of(others[i] as Seen));
  return percentile(ratios, 0.5);
}

function show(title: string, results: Map<string, Seen[]>): void {
  say(`\n${title}`);
  for (const [name, seen] of results)
    say(
      `  ${name.padEnd(28)} ${median(seen, (s) => s.perSecond)
        .toFixed(0)
        .padStart(
          7,
        )} /s   p50 ${median(seen, (s) => s.p50Ms).toFixed(2)} ms   p99 ${median(seen, (s) => s.p99Ms).toFixed(2)} ms   ${median(seen, (s) => s.cpuUs).toFixed(0)} µs cpu   ${seen.reduce((sum, s) => sum + s.errors, 0)} errors`,
    );
}

const figures: Figure[] = [];
function figure(name: string, value: number, aim: Aim, note: string): void {
  const { target, atLeast } = aim;
  const holds = target === null ? null : atLeast ? value >= target : value <= target;
  figures.push({ bench: 'gateway', figure: name, value, unit: 'ratio', target, holds, runs: ROUNDS, note });
}

interface Aim {
  readonly target: number | null;
  readonly atLeast: boolean;
}
/** By size of the answers. */
const AIMS = {
  split: { 200: 0.6, 4096: 0.5, 65536: 0.6 },
  shadow: { 200: 1.2, 4096: 1, 65536: 0.8 },
} as const;
const aimOf = (kind: keyof typeof AIMS, bytes: number): Aim => ({
  target: (AIMS[kind] as Record<number, number>)[bytes] ?? null,
  atLeast: true,
});
const NO_AIM: Aim = { target: null, atLeast: true };
/** Callers' p99 is never above so many times nginx's. */
const P99_AIM: Aim = { target: 3, atLeast: false };

const perSecond = (seen: Seen): number => seen.perSecond;
const p99 = (seen: Seen): number => seen.p99Ms;
const OURS = { none: 'understudy', canary: 'understudy, 10 %', shadow: 'understudy, 100 % compared' };
const NGINX = { none: 'nginx', canary: 'nginx split_clients, 10 %', shadow: 'nginx mirror' };

async function splits(a: number, b: number, bytes: number, named: (name: string) => string): Promise<void> {
  const others: Contender[] = [
    ['haproxy, 10 %', () => startHaproxy(a, b, 10)],
    ['@fastify/reply-from', () => startNodeProxy('reply-from', a)],
    ['http-proxy', () => startNodeProxy('http-proxy', a)],
    ['understudy, two processes', () => startUnderstudy('none', a, b, 0, 2)],
    ['nginx, two workers', () => startNginxProxy('split', a, b, 0, 2)],
  ];
  const seen = await compare([
    [OURS.none, () => startUnderstudy('none', a, b, 0)],
    [OURS.canary, () => startUnderstudy('canary', a, b, 10)],
    [NGINX.none, () => startNginxProxy('split', a, b, 0)],
    [NGINX.canary, () => startNginxProxy('split', a, b, 10)],
    ...(FULL ? others : []),
  ]);
  show(`${bytes} bytes, no shadow`, seen);
  const ofNginx = (mode: 'none' | 'canary', of: (one: Seen) => number): number =>
    ratio(seen, OURS[mode], NGINX[mode], of);
  figure(named('route_ratio_nginx'), ofNginx('none', perSecond), NO_AIM, 'no candidate, requests per second');
  figure(
    named('split_ratio_nginx'),
    ofNginx('canary', perSecond),
    aimOf('split', bytes),
    'with a candidate at 10 %, its evidence and receipts, requests per second',
  );
  figure(named('split_p99_ratio_nginx'), ofNginx('canary', p99), P99_AIM, 'the same, p99 of callers');
  if (!FULL) return;
  const replyFrom = ratio(seen, OURS.none, '@fastify/reply-from', perSecond);
  const two = ratio(seen, 'understudy, two processes', 'nginx, two workers', perSecond);
  figure(named('route_ratio_reply_from'), replyFrom, NO_AIM, 'no candidate, requests per second');
  figure(
    named('route_ratio_nginx_two'),
    two,
    NO_AIM,
    'two processes against two workers, on two cores that wrk and the model servers share',
  );
}

async function shadows(a: number, b: number, bytes: number, named: (name: string) => string): Promise<void> {
  let compared = NaN;
  const tenth: Contender = ['understudy, 10 % shadow', () => startUnderstudy('shadow', a, b, 10)];
  const seen = await compare(
    [
      ...(FULL ? [tenth] : []),
      [OURS.shadow, () => startUnderstudy('shadow', a, b, 100)],
      [NGINX.shadow, () => startNginxProxy('mirror', a, b, 0)],
    ],
    async (started) => {
      compared = await comparedShare(started.get(OURS.shadow)?.port ?? 0);
    },
  );
  show(`${bytes} bytes, 100 % shadow`, seen);
  const ofNginx = (of: (one: Seen) => number): number => ratio(seen, OURS.shadow, NGINX.shadow, of);
  figure(
    named('shadow_ratio_nginx_mirror'),
    ofNginx(perSecond),
    aimOf('shadow', bytes),
    'every request copied, requests per second',
  );
  figure(named('shadow_p99_ratio_nginx_mirror'), ofNginx(p99), P99_AIM, 'the same, p99 of callers');
  figure(
    named('shadow_compared_share'),
    compared,
    bytes > 4_096 ? NO_AIM : { target: 0.99, atLeast: true },
    'copies that were sent and compared; the rest is dropped, and counted, to spare callers',
  );
}

say(`${ROUNDS} rounds of ${SECONDS} s each, taking turns, wrk with 32 connections; medians`);
for (const bytes of SIZES) {
  const backends = await startBackends(answerOf(bytes));
  const { port: a, second: b } = backends;
  // Figures that keep their names are those of 200 bytes.
  const named = (name: string): string => (bytes === 200 ? name : `${name}_${bytes}_bytes`);
  try {
    await splits(a, b, bytes, named);
    await shadows(a, b, bytes, named);
  } finally {
    await backends.stop();
  }
}
figures.push(...(await firstTokens(ROUNDS, 2 * SECONDS, say)));
if (SIZES.includes(200)) figures.push(...(await badCandidates(ROUNDS, SECONDS, say)));
say('');
printFigures(figures, say);
