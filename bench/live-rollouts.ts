import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ingestEvidence, paceOf, type EvidenceEntry, type UnitOfWork } from '#libs/engine';
import { HISTOGRAM, UNIT_GROUPS } from '#libs/stats';
import { eventually } from '../test/support/installation.ts';
import { startProcess } from '../test/support/processes.ts';
import { freshUnitOfWork } from '../test/support/databases/database.ts';
import { tally } from '../test/support/builders.ts';
import { cpuSeconds } from './cpu-time.ts';
import type { Figure } from './figure.ts';
import { queueIsEmpty } from './live/queue-is-empty.ts';
import { makeRollouts, type Query } from './live/make-rollouts.ts';

const WITHIN_S = 5;
/** Every rollout gets new evidence this often, so that no look finds what the last one found. */
const EVIDENCE_EVERY_MS = 4_000;
const PER_BATCH = 250;

/**
 * `rollouts` live ones under one worker, each with evidence that never stops: how long ago was the
 * one judged that waits longest, and what does that take? Beside it, in the same run and on the same
 * rows, a poll of every rollout by query.
 */
export async function liveRollouts(
  rollouts: number,
  seconds: number,
  postgresPid: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const { uow, url, query, close } = await freshUnitOfWork();
  try {
    say(`  ${rollouts} rollouts in a canary …`);
    await makeRollouts(query, rollouts);
    const feed = startFeed(uow, query);
    await sleep(2 * EVIDENCE_EVERY_MS);

    say(`  evidence alone, ${seconds} s …`);
    const idle = await measure(seconds, { postgres: postgresPid });

    say(`  the naive poll, ${seconds} s …`);
    const naive = await withNaivePoll(url, async (child, looked) => {
      const from = looked();
      const used = await measure(seconds, { worker: child.pid ?? 0, postgres: postgresPid });
      return { ...used, perSecond: (looked() - from) / seconds };
    });

    say(`  the worker, ${seconds} s …`);
    const worker = await startProcess('apps/worker/src/main.js', { DATABASE_URL: url, WORKER_PORT: '0' });
    // The first verdicts are events, each in a transaction of its own; what is measured comes after them.
    await eventually(
      () => query<{ left: number }>(`SELECT count(*)::int AS left FROM rollout WHERE verdicts = '[]'`),
      ([row]) => row?.left === 0,
      120_000,
    );
    await queueIsEmpty(url);
    await sleep(2 * WITHIN_S * 1_000);
    const ages: number[] = [];
    const looks = startSampling(query, rollouts, ages);
    const ours = await measure(seconds, { worker: worker.child.pid ?? 0, postgres: postgresPid });
    const judged = await looks.stop();
    await worker.kill('SIGTERM');
    await feed.stop();
    return figures({ rollouts, seconds, idle, naive, ours, judged, ages, batches: feed.late() });
  } finally {
    await close();
  }
}

/** One gateway: new evidence for every rollout, again and again, spread over the time. */
function startFeed(uow: UnitOfWork, query: Query): { late: () => number; stop: () => Promise<void> } {
  let stopped = false;
  let late = 0;
  const loop = async (): Promise<void> => {
    const rows = await query<{ id: string }>('SELECT id FROM rollout ORDER BY id');
    let sequence = 0;
    const latencies = (requests: number, slower: number) =>
      tally(requests, 0, {
        latency: spread(requests, slower, sequence * requests),
        histograms: { [HISTOGRAM.unitRequests]: unitGroups(requests) },
      });
    while (!stopped) {
      const startedAt = performance.now();
      for (let at = 0; at < rows.length && !stopped; at += PER_BATCH) {
        const entries = rows.slice(at, at + PER_BATCH).flatMap(({ id }): EvidenceEntry[] => [
          { rolloutId: id, revision: 1, arm: 'primary', tally: latencies(90, 0) },
          { rolloutId: id, revision: 1, arm: 'candidate', tally: latencies(10, 1) },
        ]);
        await ingestEvidence(uow, {
          ...{ gateway: 'bench', boot: 'one', sequence: ++sequence, acknowledged: [] },
          entries,
        });
        const share = Math.min(1, (at + PER_BATCH) / rows.length);
        await sleep(Math.max(0, share * EVIDENCE_EVERY_MS - (performance.now() - startedAt)));
      }
      if (performance.now() - startedAt > EVIDENCE_EVERY_MS * 1.1) late++;
    }
  };
  const done = loop();
  return {
    late: () => late,
    stop: async () => {
      stopped = true;
      await done;
    },
  };
}

/** Latencies over some forty buckets, as those of a real server are; `slower` by so many buckets of 2 %. */
function spread(requests: number, slower: number, from: number): EvidenceEntry['tally']['latency'] {
  const buckets: Record<string, number> = {};
  for (let i = 0; i < requests; i++) {
    const key = String(80 + slower + (((from + i) * 37) % 41));
    buckets[key] = (buckets[key] ?? 0) + 1;
  }
  return { count: requests, buckets } as EvidenceEntry['tally']['latency'];
}

/** Requests by group of units, as gateways count them. */
const unitGroups = (requests: number): Record<string, number> => {
  const groups: Record<string, number> = {};
  for (let i = 0; i < requests; i++) {
    const group = String((i * 7) % UNIT_GROUPS);
    groups[group] = (groups[group] ?? 0) + 1;
  }
  return groups;
};

async function withNaivePoll<T>(
  url: string,
  work: (child: ChildProcess, looked: () => number) => Promise<T>,
): Promise<T> {
  const child = fork(path.resolve('dist/bench/live/naive-poll.js'), [url]);
  let looked = 0;
  child.on('message', (message: { looked: number }) => (looked = message.looked));
  try {
    await sleep(3_000);
    return await work(child, () => looked);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

/** Cores that each process (and its children) keeps busy meanwhile. */
async function measure<K extends string>(
  seconds: number,
  pids: Record<K, number>,
): Promise<Record<K, number>> {
  const names = Object.keys(pids) as K[];
  const before = names.map((name) => cpuSeconds(pids[name]));
  const startedAt = performance.now();
  await sleep(seconds * 1_000);
  const took = (performance.now() - startedAt) / 1_000;
  return Object.fromEntries(
    names.map((name, i) => [name, (cpuSeconds(pids[name]) - (before[i] ?? 0)) / took]),
  ) as Record<K, number>;
}

/** Every second: how many rollouts were judged in the last 5 s, and how long ago the last one was. */
function startSampling(query: Query, rollouts: number, ages: number[]): { stop: () => Promise<number> } {
  let fewest = Infinity;
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      // Every look writes `not_before`: when it was, and the pace on top.
      const [row] = await query<{ judged: number; oldest: number }>(
        `SELECT count(*) FILTER (WHERE age <= $2)::int AS judged, max(age)::float8 AS oldest
         FROM (SELECT extract(epoch FROM clock_timestamp() - not_before) + $1 AS age FROM agenda) AS looks`,
        [paceOf(rollouts) / 1_000, WITHIN_S],
      );
      fewest = Math.min(fewest, row?.judged ?? 0);
      ages.push(row?.oldest ?? Infinity);
      await sleep(1_000);
    }
  };
  const done = loop();
  return {
    stop: async () => {
      stopped = true;
      await done;
      return fewest;
    },
  };
}

interface Measured {
  readonly rollouts: number;
  readonly seconds: number;
  readonly idle: { readonly postgres: number };
  readonly naive: { readonly worker: number; readonly postgres: number; readonly perSecond: number };
  readonly ours: { readonly worker: number; readonly postgres: number };
  readonly judged: number;
  readonly ages: readonly number[];
  readonly batches: number;
}

function figures({ rollouts, seconds, idle, naive, ours, judged, ages, batches }: Measured): Figure[] {
  const common = { bench: 'engine', runs: ages.length };
  const free = { target: null, holds: null };
  const naiveWithin = Math.min(rollouts, naive.perSecond * WITHIN_S);
  const late = batches > 0 ? `; the evidence itself came late ${batches} times` : '';
  const ourCost = (ours.worker + ours.postgres - idle.postgres) / (judged / WITHIN_S);
  const naiveCost = (naive.worker + naive.postgres - idle.postgres) / naive.perSecond;
  return [
    {
      ...common,
      figure: 'live_rollouts_judged_within_5s',
      value: judged,
      unit: 'rollouts',
      target: rollouts,
      holds: judged === rollouts,
      note: `of ${rollouts}, the fewest in ${seconds} s; longest ago ${Math.max(...ages).toFixed(1)} s; new evidence for each every ${EVIDENCE_EVERY_MS / 1_000} s${late}`,
    },
    {
      ...{ ...common, ...free, figure: 'live_rollouts_worker_cores', value: ours.worker, unit: 'cores' },
      note: 'the worker process',
    },
    {
      ...{ ...common, ...free, figure: 'live_rollouts_postgres_cores', value: ours.postgres - idle.postgres },
      ...{
        unit: 'cores',
        note: `PostgreSQL, on top of ${idle.postgres.toFixed(2)} for taking the evidence in`,
      },
    },
    {
      ...{ ...common, ...free, figure: 'live_rollouts_naive_judged_within_5s', value: naiveWithin },
      ...{
        unit: 'rollouts',
        note: `a poll of each by query: ${naive.worker.toFixed(2)} + ${(naive.postgres - idle.postgres).toFixed(2)} cores`,
      },
    },
    {
      ...{ ...common, ...free, figure: 'live_rollouts_look_cost_ratio_naive', value: ourCost / naiveCost },
      ...{ unit: 'x', note: 'processor time of worker and PostgreSQL for one look, ours over the poll' },
    },
  ];
}
