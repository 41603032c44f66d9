import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../libs/stats/src/seeded-random.fixture.ts';
import { Callers } from './callers.ts';
import { promoteAndRollBack } from './hand.ts';
import { faultsInWords, findViolations, type Violation } from './invariants.ts';
import { Ledger } from './ledger.ts';
import { Operator, Unanswered } from './operator.ts';
import { perform } from './perform.ts';
import { tellRollouts } from './record.ts';
import { Releases } from './releases.ts';
import { drawRound, type Place } from './schedule.ts';
import { settle } from './settle.ts';
import { startRehearsalSite } from './site.ts';
import type { Committed, Happened, Story, Told } from './story.ts';

export interface RehearsalPlan {
  readonly seed: number;
  /** Faults and calms; setting up and the rollouts' ends come on top. */
  readonly seconds: number;
  /** Each with a rollout that lives, most of the time. */
  readonly models: number;
  readonly callersPerSecond: number;
  readonly roundMs: number;
  /** At least; it ends when all is at rest. */
  readonly calmMs: number;
  /** How soon after the faults a committed change is in force on all gateways. */
  readonly inForceMs: number;
  /** How long rollouts have for their end after the last fault; who has not ended by then is stuck, or, where `mustEnd` is false, aborted. */
  readonly endMs: number;
  readonly mustEnd: boolean;
  readonly hasRedis: boolean;
  readonly say: (line: string) => void;
}

export interface Rehearsed {
  readonly violations: readonly Violation[];
  readonly figures: Readonly<Record<string, number>>;
  /** What our processes wrote. */
  readonly logs: Readonly<Record<string, string>>;
  /** `null`: it came to no end, as the api did not answer. */
  readonly story: Story | null;
}

/** Of a calm, and it is a violation. */
const SETTLE_MS = 60_000;

/** Plays one rehearsal: an installation under faults that a seed draws, releases and callers over it, and looks at what came of it. */
export async function rehearse(plan: RehearsalPlan): Promise<Rehearsed> {
  const { seed, say } = plan;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const site = await startRehearsalSite(plan.hasRedis);
  const operator = new Operator(site.api.url, site.token, stopping.signal);
  const releases = new Releases(operator, seededRandom(seed + 1));
  const models = Array.from({ length: plan.models }, (_, i) => `m${i}`);
  let callers: Callers | null = null;
  try {
    for (const model of [...models, 'hand', Ledger.MODEL]) await releases.create(model);
    await releases.register('hand', 'good', false);
    const { body } = await releases.register(Ledger.MODEL, 'good', { policy: Ledger.POLICY });
    const ledger = new Ledger(operator, body['rollout'].id, seededRandom(seed + 2));
    const calm = () => settle(operator, site.gateways, [...models, 'hand'], SETTLE_MS);
    await calm();
    callers = new Callers(
      site.gateways,
      [...models, 'hand', Ledger.MODEL],
      plan.callersPerSecond,
      seededRandom(seed + 3),
      (answered) => ledger.hear(answered),
    );
    const happened: Happened[] = [];
    const calms: { from: number; until: number }[] = [];
    const rounds: number[] = [];
    const stuck: string[] = [];
    const settled: number[] = [];
    let isOver = false;
    const releasing = models.map((model) => releases.goOn(model));
    const hand = promoteAndRollBack(operator, 'hand', () => isOver);
    const failed = Promise.all([...releasing, hand]).then(
      () => null,
      (error: Error) => error,
    );
    const places = [...site.places, ...serverPlaces(models)];
    const until = performance.now() + plan.seconds * 1_000;
    for (let round = 0; performance.now() < until; round++) {
      const faults = drawRound(seed, round, places, plan.roundMs);
      rounds.push(Date.now());
      const those = await perform(site, faults, releases.find);
      happened.push(...those);
      for (const line of faultsInWords(those)) say(`round ${round}: ${line}`);
      const from = Date.now();
      const { ms, stuck: still } = await calm();
      settled.push(ms);
      stuck.push(...still);
      say(`round ${round}: at rest after ${ms} ms`);
      await sleep(Math.max(0, from + plan.calmMs - Date.now()));
      calms.push({ from, until: Date.now() });
    }
    isOver = true;
    releases.finish();
    const last = Date.now();
    let ended = await Promise.race([failed, sleep(plan.endMs, 'late' as const, { ref: false })]);
    if (ended === 'late' && !plan.mustEnd) {
      releases.abortLive();
      ended = await failed;
    }
    if (ended instanceof Error) throw ended;
    calms.push({ from: last, until: Date.now() });
    const rollouts = await tellRollouts(operator, releases.begun);
    if (ended === 'late') stuck.push(...rollouts.filter(isLive).map((one) => liveInWords(one, plan.endMs)));
    // Nobody moves anything any more: what gateways serve by now is what they would serve by for good.
    stuck.push(...(await calm()).stuck);
    await callers.stop();
    const audit = (await operator.until('GET', '/audit/verify')).body;
    const story: Story = {
      ...{ asked: callers.asked, happened, calms, rollouts, stuck },
      committed: [...(ended === 'late' ? [] : await hand), ...rollouts.flatMap(rolledBack)],
      counted: await ledger.countWhenTold(callers.asked, happened, rounds),
      recordProblems: (audit['breaks'] as unknown[]).map((one) => JSON.stringify(one)),
      oddAnswers: operator.oddAnswers,
    };
    return {
      violations: findViolations(story, plan.inForceMs),
      figures: figuresOf(story, settled),
      logs: Object.fromEntries([...site.members].map(([name, member]) => [name, member.output()])),
      story,
    };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return {
      violations: [{ invariant: 'f', what: `the api does not answer: ${error.message}` }],
      figures: {},
      logs: {},
      story: null,
    };
  } finally {
    stopping.abort(new Error('the rehearsal is over'));
    await callers?.stop();
    await site.close();
    await releases.close();
  }
}

/** Places in front of model servers; all of them together weigh as much as six connections. */
const serverPlaces = (models: readonly string[]): readonly Place[] =>
  models.flatMap((model) =>
    ['primary', 'candidate'].map((role): Place => ({
      ...{ name: `${model} ${role}`, kind: 'connection', weight: 12 / models.length },
    })),
  );

const isLive = ({ state }: Told): boolean => !['succeeded', 'rolled_back', 'aborted'].includes(state);
const liveInWords = ({ model, version, fate, state, events }: Told, endMs: number): string =>
  `${model} version ${version} (${fate}) is ${state} ${endMs} ms after the last fault; last: ${JSON.stringify(events.at(-1))}`;

const rolledBack = ({ model, version, events }: Told): Committed[] =>
  events
    .filter(({ type }) => type === 'rollout.rolled_back')
    .map(({ at }) => ({ model, gone: version, at, until: Infinity, by: 'the worker' }));

function figuresOf({ asked, happened, rollouts }: Story, settled: readonly number[]): Record<string, number> {
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
    'ms to rest at most': Math.max(0, ...settled),
    ...states,
  };
}
