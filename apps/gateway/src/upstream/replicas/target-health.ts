/** What probes say of the servers of one version. */
export interface TargetHealth {
  /** Nobody is left out. */
  readonly areAllIn: boolean;
  /** @param url the serving URL, @param address one of its host's */
  isOut(url: string, address: string): boolean;
}
