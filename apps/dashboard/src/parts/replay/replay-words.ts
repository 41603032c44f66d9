import type { Schemas } from '#libs/client';
import { stepsOf } from '#libs/rollout-view';

type Look = Schemas['Replay']['looks'][number];
type Kind = Look['recorded']['kind'];

const WOULD: Readonly<Record<Kind, string>> = {
  hold: 'held on',
  advance: 'gone on to the next step',
  promote: 'promoted it',
  rollback: 'rolled it back',
  pause: 'paused',
};
const DID: Readonly<Record<Kind, string>> = {
  hold: 'held on',
  advance: 'went on to the next step',
  promote: 'was promoted',
  rollback: 'was rolled back',
  pause: 'was paused',
};

/** Where another policy would have left the way that a rollout went. */
export interface Parting {
  /** `steps`: its next step is another one, so what it would have seen there nobody knows. */
  readonly kind: 'nothing' | 'alike' | 'decision' | 'steps';
  /** The look at which they part. */
  readonly look: Look | null;
  /** From which step on it would have sent another share; `null`: from none. */
  readonly otherShareFrom: number | null;
  /** Looks that are decided alike before. */
  readonly alike: number;
}

/**
 * Compares a rollout with what another policy would have decided by the same record. Words and figures alone are no other decision; a step of
 * another kind has no record to decide by.
 * @param own the rollout's policy @param other that policy, as documents
 */
export function partingOf(looks: readonly Look[], own: unknown, other: unknown): Parting {
  const [mine, theirs] = [stepsOf(own), stepsOf(other)];
  const firstOther = mine.findIndex(({ kind }, i) => theirs[i]?.kind !== kind);
  const firstShare = mine.findIndex(({ label }, i) => theirs[i] !== undefined && theirs[i]?.label !== label);
  const isBeyond = ({ stepIndex }: Look): boolean => firstOther !== -1 && stepIndex >= firstOther;
  const at = looks.findIndex((look) => isBeyond(look) || look.recorded.kind !== look.replayed.kind);
  const look = looks[at] ?? null;
  const until = look?.stepIndex ?? looks.at(-1)?.stepIndex ?? -1;
  return {
    kind: looks.length === 0 ? 'nothing' : look === null ? 'alike' : isBeyond(look) ? 'steps' : 'decision',
    look,
    otherShareFrom: firstShare === -1 || firstShare > until ? null : firstShare,
    alike: at === -1 ? looks.length : at,
  };
}

/** The same in sentences. */
export function replayWords(looks: readonly Look[], own: unknown, other: unknown): string {
  const { kind, look, otherShareFrom, alike } = partingOf(looks, own, other);
  const [mine, theirs] = [stepsOf(own), stepsOf(other)];
  if (kind === 'nothing')
    return 'Nobody has looked at it with evidence, so there is nothing to decide again.';
  const before = alike === 0 ? '' : `${alike === 1 ? 'One look is' : `${alike} looks are`} decided alike. `;
  if (kind === 'steps') {
    const at = look?.stepIndex ?? 0;
    const next = theirs[at] ? `has “${theirs[at].label}”` : 'is over';
    return `${before}In step ${at + 1} this policy ${next}, where the rollout had “${mine[at]?.label ?? '–'}”: what it would have seen there nobody knows.`;
  }
  const share =
    otherShareFrom === null
      ? ''
      : ` From step ${otherShareFrom + 1} on it asks for “${theirs[otherShareFrom]?.label ?? ''}” in place of “${mine[otherShareFrom]?.label ?? ''}”: this goes by what was seen at that.`;
  if (look === null) return `All ${alike} looks are decided alike.${share}`;
  const { recorded, replayed, at, stepIndex } = look;
  const since = sinceWords(at - (looks[0]?.at ?? at));
  return `${before}${since}, in step ${stepIndex + 1}, this policy would have ${WOULD[replayed.kind]} (${replayed.because}), where the rollout ${DID[recorded.kind]} (${recorded.because}).${share}`;
}

function sinceWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 1) return 'At the first look';
  return seconds < 120 ? `After ${seconds} s` : `After ${Math.round(seconds / 60)} min`;
}
