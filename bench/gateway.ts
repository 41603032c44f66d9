import { cpuSeconds } from './cpu-time.ts';
import { type Figure, percentile, printFigures } from './figure.ts';
import { badCandidates } from './gateway/bad-candidates.ts';
import { MODEL, startHaproxy, startNodeProxy, startUnderstudy } from './gateway/contenders.ts';
import type { Started } from './gateway/foreign-server.ts';
import { startBackends, startNginxProxy } from './gateway/nginx.ts';
import { load, type Load } from './gateway/wrk.ts';

/** `npm run bench -- gateway [rounds] [seconds] [answer bytes, ...]` */
const ROUNDS = Number(process.argv[3] ?? 5);
const SECONDS = Number(process.argv[4] ?? 2);
const SIZES = (process.argv[5] ?? '200,4096,65536').split(',').map(Number);
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
function figure(name: string, value: number, target: number | null, atLeast: boolean, note: string): void {
  const holds = target === null ? null : atLeast ? value >= target : value <= target;
  figures.push({ bench: 'gateway', figure: name, value, unit: 'ratio', target, holds, runs: ROUNDS, note });
}

const perSecond = (seen: Seen): number => seen.perSecond;
say(`${ROUNDS} rounds of ${SECONDS} s each, taking turns, wrk with 32 connections; medians`);
for (const bytes of SIZES) {
  const backends = await startBackends(answerOf(bytes));
  const { port: a, second: b } = backends;
  // Figures that keep their names are those of 200 bytes.
  const named = (name: string): string => (bytes === 200 ? name : `${name}_${bytes}_bytes`);
  const aim = (target: number): number | null => (bytes === 200 ? target : null);
  try {
    const split = await compare([
      ['understudy', () => startUnderstudy('none', a, b, 0)],
      ['understudy, 10 %', () => startUnderstudy('canary', a, b, 10)],
      ['nginx', () => startNginxProxy('split', a, b, 0)],
      ['nginx split_clients, 10 %', () => startNginxProxy('split', a, b, 10)],
      ['haproxy, 10 %', () => startHaproxy(a, b, 10)],
      ['@fastify/reply-from', () => startNodeProxy('reply-from', a)],
      ['http-proxy', () => startNodeProxy('http-proxy', a)],
      ['understudy, two processes', () => startUnderstudy('none', a, b, 0, 2)],
      ['nginx, two workers', () => startNginxProxy('split', a, b, 0, 2)],
    ]);
    show(`${bytes} bytes, no shadow`, split);
    const nginx = 'nginx split_clients, 10 %';
    figure(
      named('split_ratio_nginx'),
      ratio(split, 'understudy', 'nginx', perSecond),
      aim(0.5),
      true,
      'no candidate, requests per second',
    );
    figure(
      named('split_10_ratio_nginx'),
      ratio(split, 'understudy, 10 %', nginx, perSecond),
      null,
      true,
      'with a candidate at 10 %, its evidence and receipts',
    );
    figure(
      named('split_ratio_reply_from'),
      ratio(split, 'understudy', '@fastify/reply-from', perSecond),
      aim(2),
      true,
      'no candidate, requests per second',
    );
    figure(
      named('split_ratio_nginx_two'),
      ratio(split, 'understudy, two processes', 'nginx, two workers', perSecond),
      null,
      true,
      'two processes against two workers, on two cores that wrk and the model servers share',
    );
    const [ours, theirs] = ['understudy, 100 % compared', 'nginx mirror'];
    let compared = NaN;
    const shadow = await compare(
      [
        ['understudy, 10 % shadow', () => startUnderstudy('shadow', a, b, 10)],
        [ours, () => startUnderstudy('shadow', a, b, 100)],
        [theirs, () => startNginxProxy('mirror', a, b, 0)],
      ],
      async (started) => {
        compared = await comparedShare(started.get(ours)?.port ?? 0);
      },
    );
    show(`${bytes} bytes, 100 % shadow`, shadow);
    figure(
      named('shadow_ratio_nginx_mirror'),
      ratio(shadow, ours, theirs, perSecond),
      aim(1.2),
      true,
      'every copy compared, requests per second',
    );
    figure(
      named('shadow_p99_ratio_nginx_mirror'),
      ratio(shadow, ours, theirs, (s) => s.p99Ms),
      aim(0.25),
      false,
      'every copy compared, p99 of callers',
    );
    figure(
      named('shadow_compared_share'),
      compared,
      aim(0.99),
      true,
      'copies that were sent and compared; the rest is dropped, and counted, to spare callers',
    );
  } finally {
    await backends.stop();
  }
}
if (SIZES.includes(200)) figures.push(...(await badCandidates(ROUNDS, SECONDS, say)));
say('');
printFigures(figures, say);
