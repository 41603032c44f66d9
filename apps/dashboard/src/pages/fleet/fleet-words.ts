import type { Schemas } from '#libs/client';
import { lasted } from '../../when.ts';
import { number } from '../../words.ts';

type PlaneState = Schemas['DataPlane']['state'];

/** What a state of a data plane means for callers and rollouts. */
export const STATE_WORDS: Readonly<Record<PlaneState, string>> = {
  serving: 'serves by the newest route of each model',
  behind: 'has not acknowledged the newest route of some model: that model’s step waits for it',
  silent: 'is not heard of: if it still runs, it serves by the routes that it has, and no step waits for it',
  reporting: 'brings what others have counted, and serves nobody',
};

/** A state of `toneOf`, by which it is coloured. */
export const stateTone = (state: PlaneState): string =>
  ({ serving: 'active', behind: 'waiting', silent: 'silent', reporting: 'silent' })[state];

/** What gates are fed with, as people call it. */
export const FEED_WORDS: Readonly<Record<Schemas['Fleet']['feeds'][number], string>> = {
  answers: 'what is answered',
  streams: 'streams',
  segments: 'segments',
  shadow: 'shadows',
  rings: 'rings',
};

/** What kind of data plane it is, as people call it; `null`: one of a release that does not say. */
export function kindWords({ kind, proxies }: Pick<Schemas['DataPlane'], 'kind' | 'proxies'>): string {
  if (kind === null) return 'does not say';
  if (kind === 'envoy')
    return proxies === null ? 'xDS server' : `xDS server of ${proxies} Envoy${proxies === 1 ? '' : 's'}`;
  return kind === 'gateway' ? 'gateway' : 'Kubernetes router';
}

/** An age without a date, by its largest unit: `under 1 s`, `12 s`, `4 min`. @param ms `null`: it is not told */
export const ageWords = (ms: number | null): string =>
  ms === null ? '–' : ms < 1_000 ? 'under 1 s' : lasted(ms);

/** What a data plane has lost or left out since it started; `null`: it does not say. */
export function dropWords({
  lostRequests,
  droppedCopies,
}: Pick<Schemas['DataPlane'], 'lostRequests' | 'droppedCopies'>): string | null {
  if (lostRequests === null && droppedCopies === null) return null;
  const parts = [
    ...((lostRequests ?? 0) > 0 ? [`evidence of ${number(lostRequests)} requests`] : []),
    ...((droppedCopies ?? 0) > 0 ? [`${number(droppedCopies)} copies`] : []),
  ];
  return parts.join(', ') || 'nothing';
}

/** The releases that are running, if they are not one. @param planes those that are heard of */
export function mixedReleases(
  planes: readonly Pick<Schemas['DataPlane'], 'release' | 'state'>[],
): readonly string[] {
  const known = planes.flatMap(({ release, state }) =>
    state === 'silent' || release === null ? [] : [release],
  );
  const releases = [...new Set(known)].sort();
  return releases.length > 1 ? releases : [];
}
