/** A gate at one moment. */
export interface GatePoint {
  readonly at: number;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly margin: number | null;
}
