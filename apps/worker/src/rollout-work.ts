import type { Instant } from '#libs/kernel';
import { reconcileRollout, type ReconcilePorts } from '#libs/engine';
import { Counter, type Logger, type Registry } from '#libs/observe';
import type { Tracing } from '#libs/tracing';
import { DirectWork } from './direct-work.ts';
import { HandOver, type TakesWakeUps } from './hand-over.ts';
import { LastLooks } from './loops/last-looks.ts';
import { startSweep } from './loops/sweep-loop.ts';
import { PatientLooks, tellingOutside } from './patient-looks.ts';
import { traceDecision } from './trace-decision.ts';

/** The queue of rollouts that must be moved, shared by all workers. */
export interface Jobs {
  readonly queue: TakesWakeUps & { close(): Promise<void> };
  /** Begins to take jobs, of this worker and of others. */
  listen(take: (rolloutId: string, askedAt: Instant) => Promise<void>): {
    waitUntilReady(): Promise<unknown>;
    close(): Promise<void>;
  };
}

/** Everything that moves rollouts in this process. */
export interface RolloutWork {
  /** Sweep now: something may be due. */
  poke(): void;
  /** Resolves once jobs of the queue are taken. */
  ready(): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * The sweep looks at everything that is due and holds. What must be moved becomes a job of the queue, for any worker;
 * while the queue is away this process does it.
 */
export function startRolloutWork(
  ports: ReconcilePorts,
  { queue, listen, sweepMs, tracing }: Jobs & { readonly sweepMs: number; readonly tracing: Tracing | null },
  registry: Registry,
  logger: Logger,
  onError: (error: unknown) => void,
): RolloutWork {
  const decisions = new Counter({
    name: 'understudy_decisions_total',
    help: 'Decisions applied, by kind',
    labelNames: ['kind'],
    registers: [registry],
  });
  const directLooks = new Counter({
    name: 'understudy_direct_looks_total',
    help: 'Rollouts that this worker took up itself, since the queue did not take or bring them',
    registers: [registry],
  });
  const queueLooks = new Counter({
    name: 'understudy_queue_looks_total',
    help: 'Rollouts that the queue brought to this worker',
    registers: [registry],
  });
  const looks = new LastLooks();
  const lookAt = async (rolloutId: string, askedAt: Instant, goesOutside: () => void): Promise<void> => {
    if (looks.isSince(rolloutId, askedAt)) return;
    const told = tellingOutside(ports, goesOutside);
    const look = (): ReturnType<typeof reconcileRollout> => reconcileRollout(told, rolloutId);
    const decision = await (tracing ? traceDecision(tracing, ports.uow, rolloutId, look) : look());
    if (!decision) return;
    looks.note(rolloutId, decision.at);
    decisions.inc({ kind: decision.kind });
    if (decision.kind !== 'hold')
      logger.info({ rolloutId, kind: decision.kind, because: decision.because }, 'decided');
  };
  const patient = new PatientLooks(lookAt, onError);
  const direct = new DirectWork((rolloutId, askedAt) => patient.take(rolloutId, askedAt), onError);
  const handOver = new HandOver(queue, direct, onError, (rollouts) => directLooks.inc(rollouts));
  const worker = listen((rolloutId, askedAt) => {
    handOver.brought(rolloutId);
    queueLooks.inc();
    return patient.take(rolloutId, askedAt);
  });
  const sweep = startSweep(ports.uow, sweepMs, (ids, at) => handOver.give(ids, at), onError);
  return {
    poke: () => sweep.poke(),
    ready: () => worker.waitUntilReady(),
    stop: async () => {
      await Promise.all([sweep.stop(), worker.close()]);
      await direct.stop();
      await patient.stop();
      await queue.close();
    },
  };
}
