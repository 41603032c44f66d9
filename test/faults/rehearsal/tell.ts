import type { Callers } from './site/callers.ts';
import { type Control, quantile } from './invariants/measures.ts';
import type { Operator } from './site/operator.ts';
import type { Pulses } from './invariants/pulse.ts';
import { repeatedLines } from './invariants/repeated-lines.ts';
import type { Releases } from './site/releases.ts';
import type { RehearsalSite } from './site/site.ts';
import type {
  Calm,
  Committed,
  Happened,
  Harm,
  Outage,
  QueueBroken,
  Story,
  Switch,
  Told,
} from './invariants/story.ts';

const LEAST_COMMANDS = 4;

/** What is known of a rehearsal while it goes on. */
export class GrowingStory {
  readonly happened: Happened[] = [];
  readonly calms: Calm[] = [];
  readonly stuck: string[] = [];
  readonly switches: Switch[] = [];
  readonly harms: Harm[] = [];
  readonly outages: Outage[] = [];
  readonly queueBroken: QueueBroken[] = [];
  harmMs = Infinity;
  private readonly began = Date.now();

  constructor(
    private readonly site: RehearsalSite,
    private readonly callers: Callers,
    private readonly pulses: Pulses,
    private readonly operator: Operator,
    private readonly releases: Releases,
  ) {}

  /** Has enough been done without faults to know what things take? */
  isMeasured(withHarm: boolean): boolean {
    const commands = this.switches.filter(({ until }) => until < Infinity).length;
    return commands >= LEAST_COMMANDS && (!withHarm || this.harms.some(({ ended }) => ended < Infinity));
  }

  /** What can be judged before the end: of rollouts no more than which were begun. */
  async sofar(): Promise<Story> {
    const minutes = (Date.now() - this.began) / 60_000;
    const { happened, calms, stuck, switches, harms, outages, queueBroken, harmMs } = this;
    return {
      ...{ happened, calms, stuck, switches, harms, outages, queueBroken, harmMs },
      asked: this.callers.asked,
      pulses: this.pulses.taken,
      gateways: this.site.gateways.map(({ name }) => name),
      rollouts: this.releases.begun.map((one) => ({ ...one, state: 'live', events: [] })),
      ...{ looks: [], committed: [], counted: [], recordProblems: [] },
      oddAnswers: [...this.operator.oddAnswers, ...this.pulses.oddAnswers],
      logBytes: Object.fromEntries(
        this.site.members.map((member) => [member.name, member.output().length / minutes]),
      ),
      repeatedLines: this.site.members.flatMap((member) => repeatedLines(member.name, member.output())),
      deadlocks: await this.deadlocks(),
    };
  }

  private async deadlocks(): Promise<number | null> {
    const rows = await this.site.database
      .ask<{ deadlocks: string }>('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()')
      .catch(() => []);
    return rows[0] ? Number(rows[0].deadlocks) : null;
  }
}

export const isLive = ({ state }: Told): boolean => !['succeeded', 'rolled_back', 'aborted'].includes(state);

export const liveInWords = ({ model, version, fate, state, events }: Told, endMs: number): string =>
  `${model} version ${version} (${fate}) is ${state} ${endMs} ms after it was aborted; last: ${JSON.stringify(events.at(-1))}`;

export const rolledBack = ({ model, version, events }: Told): Committed[] =>
  events
    .filter(({ type }) => type === 'rollout.rolled_back')
    .map(({ at }) => ({ model, gone: version, at, until: Infinity, by: 'the worker' }));

/** Numbers of a rehearsal, by what they are. */
export function figuresOf(
  { asked, happened, rollouts, switches, calms }: Story,
  settled: readonly number[],
  control: Control,
): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { fate, state } of rollouts) {
    const name = `${fate}: ${state}`;
    states[name] = (states[name] ?? 0) + 1;
  }
  return {
    callers: asked.length,
    'failed, excused or not': asked.filter(({ problem }) => problem !== null).length,
    faults: happened.length,
    rollouts: rollouts.length,
    commands: switches.length,
    'ms until a command was in force, without faults, at most': Math.round(control.commandMs),
    'ms of noise that were allowed, median': Math.round(
      quantile(
        calms.map(({ slackMs }) => slackMs),
        0.5,
      ),
    ),
    'ms to rest, median': quantile(settled, 0.5),
    'ms to rest at most': Math.max(0, ...settled),
    ...states,
  };
}
