import { type ChainLink, policyOf } from '#libs/engine';
import type { Policy, RecordedLook } from '#libs/rollout';
import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState } from '../../support/memory/memory-state.ts';
import { SILENT_AFTER, SOURCE } from '../commands/policies.ts';
import type { Asked } from '../world.ts';

/**
 * What a metric source said, by the questions that it was really asked, which no code of the engine has counted:
 * - a step forward rests on an answer to a question that was put after the step's minima were behind it, and was no error, no
 *   harm and not nothing (mutants `early-word-proves`, `silence-passes`, `bake-without-a-word`, `answer-of-before-the-resume`);
 * - it pauses for silence only when so many questions after the last resume had no answer (mutant `resume-keeps-errors`).
 * @param setBack rollouts in whose life the clock was set back: of theirs no time says what was asked before what
 * @throws Breach
 */
export function checkSourceWords(
  state: MemoryState,
  asked: readonly Asked[],
  setBack: ReadonlySet<string>,
): void {
  const events = [...state.events.values()].flat();
  for (const rollout of state.rollouts.values()) {
    if (setBack.has(rollout.id)) continue;
    const policy = policyOf(rollout);
    if (!policy.gates.some((gate) => gate.name === SOURCE)) continue;
    const name = `${rollout.model} ${rollout.version}`;
    const questions = asked.filter(({ rolloutId }) => rolloutId === rollout.id);
    let resumedAt = -Infinity;
    for (const event of events.filter(({ rolloutId }) => rolloutId === rollout.id)) {
      if (event.type === 'rollout.resumed') resumedAt = event.at;
      const look = event.data['look'] as RecordedLook | null | undefined;
      if (!look || event.actor !== 'engine') continue;
      const heard = questions.filter(
        ({ step, at }) => step === look.view.stepIndex && at <= look.now && at >= resumedAt,
      );
      if (isForward(event) && look.view.state !== 'pending')
        checkForward(name, policy.steps[look.view.stepIndex], heard);
      if (event.type === 'rollout.paused' && /^the source of/.test(String(event.data['because'])))
        checkSilence(name, heard);
    }
  }
}

const isForward = ({ type }: ChainLink): boolean =>
  ['rollout.advanced', 'rollout.promoted', 'rollout.succeeded'].includes(type);

function checkForward(
  name: string,
  step: Policy['steps'][number] | undefined,
  heard: readonly Asked[],
): void {
  if (step?.kind !== 'canary' && step?.kind !== 'bake') return;
  const least =
    step.kind === 'canary'
      ? { elapsedMs: step.minDurationMs, requests: step.minRequests }
      : { elapsedMs: step.durationMs, requests: 0 };
  const isEnough = ({ outcome, elapsedMs, requests }: Asked): boolean =>
    (outcome === 'pass' || outcome === 'undecided') &&
    elapsedMs >= least.elapsedMs &&
    requests >= least.requests;
  // Of a process that died nobody knows whether it wrote the answer down.
  const sure = heard.findLastIndex((one) => !one.isUnsure);
  const last = heard.slice(Math.max(0, sure));
  if (!last.some(isEnough))
    throw new Breach(`${name}: ${step.kind} ended, and its source had said ${JSON.stringify(last)}`);
}

function checkSilence(name: string, heard: readonly Asked[]): void {
  const since = heard.slice(heard.findLastIndex((one) => one.outcome !== 'error' && !one.isUnsure) + 1);
  if (since.length < SILENT_AFTER)
    throw new Breach(`${name}: paused for silence, and the source was asked ${since.length} times in vain`);
}
