/** The checks before any traffic, in the order in which they are made and shown. */
export const CHECK_NAMES = [
  'digest',
  'provenance',
  'signature',
  'metrics',
  'upstreams',
  'downstreams',
  'health',
  'golden',
  'warmup',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** What one check found, with what it saw, so that a person can agree with it later. */
export interface CheckResult {
  readonly check: CheckName;
  readonly outcome: 'pass' | 'fail' | 'skipped';
  readonly because: string;
  readonly saw: Readonly<Record<string, unknown>>;
}
