import type { Budget } from '#libs/stats';
import type { Compared, Evidence, PickArms, Profile } from '../evidence/evidence.ts';
import type { Policy } from '../policy/policy.ts';
import type { WinsorBounds } from './bounded/winsor-bounds.ts';

/** What a gate is judged on. */
export interface Case {
  readonly policy: Policy;
  readonly stepIndex: number;
  readonly evidence: Evidence;
  readonly profile: Profile | null;
  /** How long the step's clock has run, in ms; `Infinity`: its traffic is behind it. */
  readonly elapsedMs: number;
  /** Where gates that winsorise cut values off, as far as that is chosen. */
  readonly bounds: WinsorBounds | null;
  /** Everybody, or one segment. */
  readonly pick: PickArms;
}

/** A case with what has been looked up for the gate. */
export interface Judged {
  readonly on: Case;
  /** What the step compares. */
  readonly here: Compared;
  /** What the gate may spend in all steps that it is judged in. */
  readonly budget: Budget;
  /** What it may spend in this one. */
  readonly alone: Budget;
}
