import type { Route } from '#libs/traffic';

/** What a request counts for. */
export interface EvidenceKey {
  readonly model: string;
  readonly rolloutId: string;
  readonly revision: number;
  readonly primary: number;
  /** `null`: the route has none. */
  readonly candidate: number | null;
  /** Feedback may name the request by its id. */
  readonly namesRequests: boolean;
}

/** What the Lua filter writes into the log of a request that counts. */
export interface LoggedEvidence {
  /** That its unit belongs to. */
  readonly arm: 'primary' | 'candidate';
  /** Of its unit (`unitHash`). */
  readonly hash: number;
  /** One of Envoy's workers, since it was told the script; and how many requests that count it has had. */
  readonly worker: string;
  readonly number: number;
  /** The key as it was written: the same text for all requests of a route. */
  readonly key: string;
}

/** The namespace and the key of Envoy's dynamic metadata that it is written under. */
export const EVIDENCE_METADATA = { namespace: 'understudy', key: 'evidence' } as const;

/** The part that all requests of a route have in common; `null`: nobody is judged by them. */
export function evidenceKeyOf({
  model,
  rolloutId,
  revision,
  primary,
  candidate,
  reading,
}: Route): string | null {
  if (rolloutId === null) return null;
  const ids = reading?.requestIds === true ? 'ids' : '';
  return [revision, primary.version, candidate?.version ?? '', ids, rolloutId, model].join(',');
}

const LOGGED = /^(primary|candidate),(\d{1,10}),([0-9a-f]{8}),(\d{1,15}),(.+)$/s;
const KEY = /^(\d{1,10}),(\d{1,10}),(\d{1,10})?,(ids)?,([^,]{1,100}),(.+)$/s;

/** @returns `null`: nothing that the filter writes */
export function readLoggedEvidence(text: string): LoggedEvidence | null {
  const [, arm, hash, worker, number, key] = LOGGED.exec(text) ?? [];
  if (worker === undefined || key === undefined) return null;
  return {
    arm: arm === 'candidate' ? 'candidate' : 'primary',
    hash: Number(hash) >>> 0,
    worker,
    number: Number(number),
    key,
  };
}

export function readEvidenceKey(text: string): EvidenceKey | null {
  const [, revision, primary, candidate, ids, rolloutId, model] = KEY.exec(text) ?? [];
  if (rolloutId === undefined || model === undefined) return null;
  return {
    ...{ model, rolloutId, revision: Number(revision), primary: Number(primary) },
    candidate: candidate === undefined ? null : Number(candidate),
    namesRequests: ids !== undefined,
  };
}
