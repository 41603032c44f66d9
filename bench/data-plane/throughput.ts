import { type EvidenceSink, startEvidenceSink } from '../../test/support/gateways/evidence-sink.ts';
import { isServing, startEnvoy, startEnvoyBy, type TestEnvoy } from '../../test/support/gateways/envoy.ts';
import { routeTo } from '../../test/support/gateways/lone-gateway.ts';
import { startLoneXds } from '../../test/support/gateways/lone-xds.ts';
import { eventually } from '../../test/support/installation.ts';
import { cpuSeconds } from '../cpu-time.ts';
import { type Figure, percentile } from '../figure.ts';
import { startBackends } from '../gateway/nginx.ts';
import { load } from '../gateway/wrk.ts';
import { memoryMb } from './memory.ts';
import { staticBootstrap } from './static-bootstrap.ts';

const MODEL = 'digits';
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const PERCENT = 10;
const WARM_UP_SECONDS = 2;
const AIM = 0.9;

/** One of the two that are compared. */
interface Contender {
  readonly envoy: TestEnvoy;
  /** Processor time of the xDS server; of the plain one: none. */
  xdsSeconds(): number;
  readonly xdsPid: number | null;
  readonly seen: { perSecond: number; p99Ms: number; cpuUs: number; errors: number; requests: number }[];
  stop(): Promise<void>;
}

/** Envoy with evidence against Envoy with the same route and none; they take turns, so that whatever else the machine does hits both. */
export async function throughput(
  rounds: number,
  seconds: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const bytes of [200, 4_096])
    for (const workers of [1, 2]) {
      const backends = await startBackends('x'.repeat(bytes));
      try {
        figures.push(...(await compare({ ...backends, bytes, workers, rounds, seconds }, say)));
      } finally {
        await backends.stop();
      }
    }
  return figures;
}

interface Round {
  readonly port: number;
  readonly second: number;
  readonly bytes: number;
  readonly workers: number;
  readonly rounds: number;
  readonly seconds: number;
}

async function compare(of: Round, say: (line: string) => void): Promise<Figure[]> {
  const sink = await startEvidenceSink();
  const ours = await programmed(of, sink);
  const plain = await byFile(of);
  const at = ({ envoy }: Contender): string => `${envoy.url}/models/${MODEL}/infer`;
  try {
    let sent = 0;
    for (const one of [ours, plain]) {
      const { requests } = await load(at(one), WARM_UP_SECONDS);
      if (one === ours) sent += requests;
    }
    const before = ours.xdsSeconds();
    for (let round = 0; round < of.rounds; round++)
      // Neither is always the first one.
      for (const one of round % 2 === 0 ? [ours, plain] : [plain, ours]) {
        const cpu = cpuSeconds(one.envoy.pid);
        const seen = await load(at(one), of.seconds);
        one.seen.push({ ...seen, cpuUs: ((cpuSeconds(one.envoy.pid) - cpu) / seen.requests) * 1e6 });
        if (one === ours) sent += seen.requests;
      }
    const measured = ours.seen.reduce((sum, { requests }) => sum + requests, 0);
    const xdsUs = ((ours.xdsSeconds() - before) / measured) * 1e6;
    const counted = await countedBy(sink, sent);
    return figuresOf(of, { ours, plain, xdsUs, counted: counted / sent }, say);
  } finally {
    await Promise.all([ours.stop(), plain.stop()]);
    await sink.stop();
  }
}

/** wrk breaks its last requests off, so that a few more than it counts may have been answered. */
async function countedBy(sink: EvidenceSink, sent: number): Promise<number> {
  const counted = (): number =>
    sink.tally(ROLLOUT, 'primary').requests + sink.tally(ROLLOUT, 'candidate').requests;
  await eventually(
    () => Promise.resolve(counted()),
    (now) => now >= sent,
  ).catch(() => undefined);
  return counted();
}

async function programmed({ port, second, workers }: Round, sink: EvidenceSink): Promise<Contender> {
  const candidate = { version: 2, url: `http://127.0.0.1:${second}`, mode: 'canary' } as const;
  const xds = await startLoneXds(
    [
      routeTo(MODEL, `http://127.0.0.1:${port}`, {
        ...{ rolloutId: ROLLOUT, candidate: { ...candidate, weight: PERCENT * 100 } },
      }),
    ],
    { API_URL: sink.url, LOG_LEVEL: 'silent' },
  );
  const envoy = await startEnvoy(xds, 'bench', undefined, { workers });
  await isServing(envoy);
  const pid = xds.process.child.pid ?? 0;
  return {
    ...{ envoy, seen: [], xdsPid: pid, xdsSeconds: () => cpuSeconds(pid) },
    stop: async () => {
      await envoy.kill();
      await xds.stop();
    },
  };
}

async function byFile({ port, second, workers }: Round): Promise<Contender> {
  const bootstrap = staticBootstrap({ model: MODEL, primary: port, candidate: second, percent: PERCENT });
  const envoy = await startEnvoyBy(bootstrap, { workers });
  await isServing(envoy);
  return { envoy, seen: [], xdsPid: null, xdsSeconds: () => 0, stop: () => envoy.kill() };
}

interface Compared {
  readonly ours: Contender;
  readonly plain: Contender;
  readonly xdsUs: number;
  readonly counted: number;
}

function figuresOf(
  { bytes, workers, rounds }: Round,
  { ours, plain, xdsUs, counted }: Compared,
  say: (line: string) => void,
): Figure[] {
  const median = (of: Contender, pick: (one: Contender['seen'][number]) => number): number =>
    percentile(of.seen.map(pick), 0.5);
  const ratio = (pick: (one: Contender['seen'][number]) => number): number =>
    percentile(
      ours.seen.map((one, i) => pick(one) / pick(plain.seen[i] ?? one)),
      0.5,
    );
  say(`\n${bytes} bytes, ${workers} worker${workers === 1 ? '' : 's'}`);
  for (const [name, one] of [
    ['with evidence', ours],
    ['by its own file', plain],
  ] as const)
    say(
      `  ${name.padEnd(16)} ${median(one, (s) => s.perSecond).toFixed(0)} /s   p99 ${median(one, (s) => s.p99Ms).toFixed(1)} ms   ${median(one, (s) => s.cpuUs).toFixed(0)} µs cpu   ${memoryMb(one.envoy.pid).toFixed(0)} MB   ${one.seen.reduce((sum, s) => sum + s.errors, 0)} errors`,
    );
  if (ours.xdsPid !== null)
    say(`  its xDS server: ${xdsUs.toFixed(0)} µs cpu a request, ${memoryMb(ours.xdsPid).toFixed(0)} MB`);
  const one = (figure: string, value: number, unit: string, target: number | null, note: string): Figure => ({
    ...{ bench: 'data-plane', figure: `${figure}_${bytes}_bytes_${workers}`, value, unit, target },
    ...{ holds: target === null ? null : value >= target, runs: rounds, note },
  });
  const note = 'with evidence, over the same route in a file';
  return [
    one(
      'envoy_ratio',
      ratio((s) => s.perSecond),
      'ratio',
      AIM,
      `requests per second ${note}`,
    ),
    one(
      'envoy_p99_ratio',
      ratio((s) => s.p99Ms),
      'ratio',
      null,
      `p99 of callers ${note}`,
    ),
    one(
      'envoy_cpu_ratio',
      ratio((s) => s.cpuUs),
      'ratio',
      null,
      `processor time of Envoy ${note}`,
    ),
    one('xds_cpu_us', xdsUs, 'µs', null, 'processor time of the xDS server for a request'),
    one('evidence_share', counted, 'ratio', null, 'requests counted, of those that wrk saw answered'),
  ];
}
