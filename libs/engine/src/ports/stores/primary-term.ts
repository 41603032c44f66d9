/** The newest term of a version as primary. */
export interface PrimaryTerm {
  readonly version: number;
  /** Its bake ended well, it had none to pass, or an admin put it there at once. */
  readonly proven: boolean;
  /** The version whose rollback took the proof of these bytes away, since they were proven last; `null`: none has. */
  readonly refutedBy: number | null;
}
