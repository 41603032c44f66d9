import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../libs/stats/src/seeded-random.fixture.ts';
import { ABORT_MS, comeToEnd } from './come-to-end.ts';
import { Callers } from './site/callers.ts';
import { promoteAndRollBack } from './site/hand.ts';
import { callUncounted, doHarm, HARM_MODEL } from './invariants/harm.ts';
import { faultsInWords, findViolations, type Violation } from './invariants/invariants.ts';
import { Ledger } from './invariants/ledger.ts';
import { type Control, controlOf, mostHarmMs, slackOf } from './invariants/measures.ts';
import { Operator, Unanswered } from './site/operator.ts';
import { Pulses, WRITE_PATIENCE_MS } from './invariants/pulse.ts';
import { tellRollouts } from './invariants/record.ts';
import { Releases } from './site/releases.ts';
import { OUTAGE_MODEL, playScene } from './rounds.ts';
import { sceneAt, sceneCount, sceneNamed, type Scene } from './scenes.ts';
import { drawRound, type Place } from './schedule.ts';
import { settle } from './settle.ts';
import { startRehearsalSite } from './site/site.ts';
import { figuresOf, GrowingStory, isLive, liveInWords, rolledBack } from './tell.ts';
import type { Story } from './invariants/story.ts';

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
  /** How long all is watched before anything is broken: by what it takes then the machine's noise is known. */
  readonly controlMs: number;
  /** `turns`: scenes by turns with draws; `only`: each scene once, whatever `seconds` says; or those with these names, one after the other. */
  readonly scenes: 'turns' | 'only' | readonly string[];
  /** End with the first round after which something does not hold. */
  readonly stopEarly: boolean;
  /** How soon after the faults a committed change is in force on all gateways, and a command taken; the noise comes on top. */
  readonly inForceMs: number;
  /** How long rollouts are watched after the last fault: each must be on its way to an end. Who has not come to it by then is aborted. */
  readonly endMs: number;
  readonly hasRedis: boolean;
  /** The folder that has the build that is rehearsed. */
  readonly root: string;
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
/** However noisy the machine is. */
const LONGEST_CALM_MS = 120_000;
const PULSE_MODEL = 'pulse';
/** However slow the machine is. */
const MOST_CONTROL_MS = 120_000;
const FEW_MODELS = 4;

/** Plays one rehearsal: an installation under faults that a seed draws, releases and callers over it, and looks at what came of it. */
export async function rehearse(plan: RehearsalPlan): Promise<Rehearsed> {
  const { seed, say } = plan;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const site = await startRehearsalSite(plan.hasRedis, plan.root);
  const operator = new Operator(site.api.url, site.token, stopping.signal);
  const releases = new Releases(operator, seededRandom(seed + 1));
  const models = Array.from({ length: plan.models }, (_, i) => `m${i}`);
  const hands = models.length < FEW_MODELS ? ['hand-0'] : ['hand-0', 'hand-1'];
  // Who does harm shows what a queue that is away does: the one in PostgreSQL is away only with all else.
  const harmful = plan.hasRedis ? [HARM_MODEL] : [];
  const served = [...models, ...hands, ...harmful, OUTAGE_MODEL];
  const stops: (() => Promise<void> | void)[] = [];
  const over = { isOver: false };
  const logs = (): Record<string, string> =>
    Object.fromEntries(site.members.map((member) => [member.name, member.output()]));
  const isOver = (): boolean => over.isOver || stopping.signal.aborted;
  try {
    await Promise.all([...served, PULSE_MODEL, Ledger.MODEL].map((model) => releases.create(model)));
    for (const hand of hands) await releases.register(hand, 'good', false);
    const { body } = await releases.register(Ledger.MODEL, 'good', { policy: Ledger.POLICY });
    // Its clock starts when every gateway has its route: answers of before belong to no rollout, and are in no evidence.
    await operator.until('GET', `/rollouts/${body['rollout'].id}`, undefined, (answer) =>
      Boolean(answer.body['step']?.startedAt),
    );
    const ledger = new Ledger(operator, body['rollout'].id, seededRandom(seed + 2));
    const calm = () => settle(operator, site.gateways, served, SETTLE_MS);
    await calm();
    const callers = new Callers(
      site.gateways,
      [...models, ...hands, Ledger.MODEL],
      plan.callersPerSecond,
      seededRandom(seed + 3),
      (answered) => ledger.hear(answered),
    );
    const pulses = new Pulses(site.api, site.database, site.token, PULSE_MODEL);
    stops.push(
      () => callers.stop(),
      () => pulses.stop(),
      callUncounted(site.gateways, [...harmful, OUTAGE_MODEL]),
    );
    const growing = new GrowingStory(site, callers, pulses, operator, releases);
    const working = [
      ...models.map((model) => releases.goOn(model)),
      ...hands.map((model) =>
        promoteAndRollBack(operator, site.gateways, model, isOver, (one) => growing.switches.push(one)),
      ),
      ...harmful.map(() => doHarm(operator, releases, isOver, (one) => growing.harms.push(one))),
    ];
    const failed = Promise.all(working).then(
      () => null,
      (error: Error) => error,
    );
    await sleep(plan.controlMs);
    for (let waited = 0; waited < MOST_CONTROL_MS && !growing.isMeasured(plan.hasRedis); waited += 500)
      await sleep(500);
    const control = controlOf(pulses.taken, growing.switches, growing.harms);
    growing.harmMs = mostHarmMs(control);
    say(`without faults: ${inWords(control)}`);
    const places = [...site.places, ...serverPlaces(models)];
    const rounds: number[] = [];
    const settled: number[] = [];
    const until = performance.now() + plan.seconds * 1_000;
    const names = site.places.map(({ name }) => name);
    const mayGoOn = (n: number): boolean =>
      plan.scenes === 'turns'
        ? performance.now() < until
        : n < (plan.scenes === 'only' ? sceneCount(names) : plan.scenes.length);
    let early: readonly Violation[] = [];
    for (let round = 0; mayGoOn(round) && early.length === 0; round++) {
      const scene = sceneOf(plan, round, names, places);
      rounds.push(Date.now());
      say(`round ${round}: ${scene.name}`);
      const played = await playScene(site, scene, releases.find);
      growing.happened.push(...played.happened);
      for (const line of faultsInWords(played.happened)) say(`  ${line}`);
      const { ms, stuck } = await calm();
      settled.push(ms);
      growing.stuck.push(...stuck);
      const slack = await untilCalm(plan, scene, played.from, control, pulses);
      const { outage, queue } = await played.calmed();
      if (outage) growing.outages.push(outage);
      if (queue) growing.queueBroken.push(queue);
      growing.calms.push({ from: played.from, until: Date.now(), slackMs: slack });
      say(`  at rest after ${ms} ms; allowed: ${plan.inForceMs} ms and ${Math.round(slack)} ms for noise`);
      if (plan.stopEarly) early = findViolations(await growing.sofar(), plan.inForceMs);
    }
    if (early.length > 0)
      return { violations: early, figures: {}, logs: logs(), story: await growing.sofar() };
    over.isOver = true;
    releases.finish();
    const last = Date.now();
    const { looks, aborted, haveEnded } = await comeToEnd(releases, site.database, failed, plan.endMs);
    growing.calms.push({ from: last, until: Date.now(), slackMs: slackOf(control, pulses.taken) });
    const rollouts = await tellRollouts(operator, releases.begun);
    if (!haveEnded) growing.stuck.push(...rollouts.filter(isLive).map((one) => liveInWords(one, ABORT_MS)));
    // Nobody moves anything any more: what gateways serve by now is what they would serve by for good.
    growing.stuck.push(...(await calm()).stuck);
    await callers.stop();
    const audit = (await operator.until('GET', '/audit/verify')).body;
    const story: Story = {
      ...(await growing.sofar()),
      ...{ rollouts, looks },
      committed: rollouts.flatMap(rolledBack),
      counted: await ledger.countWhenTold(callers.asked, growing.happened, rounds),
      recordProblems: (audit['breaks'] as unknown[]).map((one) => JSON.stringify(one)),
    };
    return {
      violations: findViolations(story, plan.inForceMs),
      figures: { ...figuresOf(story, settled, control), 'rollouts that had not ended, aborted': aborted },
      logs: logs(),
      story,
    };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return {
      violations: [{ invariant: 'f', what: `the api does not answer: ${error.message}` }],
      ...{ figures: {}, logs: logs(), story: null },
    };
  } finally {
    over.isOver = true;
    stopping.abort(new Error('the rehearsal is over'));
    for (const stop of stops) await stop();
    await site.close();
    await releases.close();
  }
}

function sceneOf(
  { seed, scenes, roundMs }: RehearsalPlan,
  round: number,
  names: readonly string[],
  places: readonly Place[],
): Scene {
  if (scenes === 'only') return sceneAt(seed, round, names);
  if (scenes !== 'turns') return sceneNamed(scenes[round] ?? '');
  if (round % 2 === 0) return sceneAt(seed, round / 2, names);
  return { name: 'drawn', faults: drawRound(seed, round, places, roundMs) };
}

/** Waits until whatever must be well by then can be seen to be well. @returns what the noise of this calm adds */
async function untilCalm(
  plan: RehearsalPlan,
  scene: Scene,
  from: number,
  control: Control,
  pulses: Pulses,
): Promise<number> {
  for (;;) {
    const slack = slackOf(
      control,
      pulses.taken.filter(({ at }) => at >= from),
    );
    const enough = Math.max(
      scene.calmMs ?? 0,
      plan.calmMs,
      plan.inForceMs + slack + WRITE_PATIENCE_MS + 1_000 + (scene.moreMs ?? 0),
    );
    if (Date.now() - from >= Math.min(enough, LONGEST_CALM_MS)) return slack;
    await sleep(500);
  }
}

/** Places in front of model servers; all of them together weigh as much as six connections. */
const serverPlaces = (models: readonly string[]): readonly Place[] =>
  models.flatMap((model) =>
    ['primary', 'candidate'].map((role): Place => ({
      ...{ name: `${model} ${role}`, kind: 'connection', weight: 12 / models.length },
    })),
  );

const inWords = ({ noiseMs, commandMs, slowest, harmMs }: Control): string =>
  `a connection to PostgreSQL took ${Math.round(noiseMs)} ms, a command was in force everywhere within ${commandMs} ms (${slowest}), harm was taken off within ${harmMs} ms`;
