import type { Instant } from '#libs/kernel';
import type { StartPhase } from '#libs/rollout';
import type { Route } from '#libs/traffic';

export interface RouteRevision {
  readonly modelId: string;
  readonly model: string;
  readonly revision: number;
}

export interface RouteStore {
  find(modelId: string): Promise<Route | null>;
  all(): Promise<readonly Route[]>;
  /**
   * The newest revision that gateways know of deleted models of this name; 0: there is none. The routes of another model of the name go on
   * from there, or gateways would take them for old ones.
   */
  lastRevisionNamed(name: string): Promise<number>;
  /** Which route of every model is in force: what a copy of them is compared with, often. */
  revisions(): Promise<readonly RouteRevision[]>;
  /**
   * Stores the route as the model's newest and tells every api process when the transaction commits.
   * @param startPhase the part of the step's start that its traffic is counted in; `null`: after it
   */
  save(modelId: string, route: Route, stepIndex: number | null, startPhase: StartPhase | null): Promise<void>;
  /**
   * Who serves by a revision of a model's route. It is in force everywhere when at least one gateway is alive, and
   * none of those that are is behind: has acknowledged neither it nor a later one.
   */
  acknowledgement(
    modelId: string,
    revision: number,
  ): Promise<{ readonly alive: number; readonly behind: readonly string[] }>;
  /**
   * Gateways that have acknowledged an older revision of a model's route, and were not heard of since they should have been, in the last
   * `withinMs`: one that is cut off from the api, and not from its callers, serves by what it has.
   */
  unheard(modelId: string, revision: number, withinMs: number): Promise<readonly string[]>;
  /** When the first route of a rollout's step was published, by the database's clock; `null`: none was. */
  stepRoutedAt(rollout: {
    readonly modelId: string;
    readonly id: string;
    readonly stepIndex: number;
  }): Promise<Instant | null>;
  /** When a gateway was last heard of; `null`: none ever was. */
  lastHeardAt(): Promise<Instant | null>;
}
