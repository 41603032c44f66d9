import type { DeploymentRecord, VersionRecord } from '../records.ts';
import type { VersionKey } from '../registry-ports.ts';

export interface DeploymentStore {
  find(modelId: string, version: number): Promise<DeploymentRecord | null>;
  /** Of the versions that these rollouts release, by the rollout's id. */
  ofRollouts(rolloutIds: readonly string[]): Promise<ReadonlyMap<string, DeploymentRecord>>;
  /** Of these versions of a model, as far as they were ever deployed. */
  ofVersions(modelId: string, versions: readonly number[]): Promise<ReadonlyMap<number, DeploymentRecord>>;
  save(report: DeploymentReport): Promise<void>;
  /**
   * The versions that a deployer must keep running now (every primary, and both sides of every live rollout, but
   * for those that bring their serving URL), with what is known of each.
   */
  wanted(): Promise<readonly WantedDeployment[]>;
  /** What still runs although nobody wants it any more. */
  unwanted(): Promise<readonly DeploymentRecord[]>;
  /**
   * Takes versions that bring their serving URL and whose probe is due: those on routes, and those that a rollback
   * would go to. Nobody else gets one before its next probe is due (`PROBE_EVERY_MS`, give or take 15 %).
   */
  claimProbes(most: number): Promise<readonly (WantedDeployment & { readonly known: DeploymentRecord })[]>;
  /** What a probe has found where the state stays. @param nextInMs `null`: as usual */
  noteProbe(
    key: VersionKey,
    found: { readonly misses: number; readonly nextInMs: number | null },
  ): Promise<void>;
  /** How many deployments are in which state, for figures. */
  count(): Promise<
    readonly {
      readonly role: 'route' | 'reach';
      readonly state: DeploymentRecord['state'];
      readonly many: number;
    }[]
  >;
}

/** What a deployer says of a version. `readyPath` left out: as it is known. */
export type DeploymentReport = Omit<
  DeploymentRecord,
  'updatedAt' | 'since' | 'askedAt' | 'misses' | 'readyPath'
> &
  Partial<Pick<DeploymentRecord, 'readyPath'>>;

export interface WantedDeployment {
  readonly version: VersionRecord;
  readonly known: DeploymentRecord | null;
}
