/* What the use cases need of the world outside the database; asked between transactions only. */
import type { SourceGate } from '#libs/rollout';

/** Reads an artifact and checks it. Throws DomainError when it cannot be read or is another. */
export interface ArtifactVerifier {
  verify(artifact: { uri: string; digest: string }): Promise<void>;
}

/** Sends one request to a model server. Throws when nobody answers in time. */
export interface ModelCaller {
  call(
    url: string,
    request: { readonly method: string; readonly body: unknown },
  ): Promise<{ readonly status: number; readonly body: unknown; readonly latencyMs: number }>;
}

/** What a metric source answers for one gate. Throws when it gives no answer. */
export interface MetricSource {
  read(
    gate: SourceGate,
    about: {
      readonly model: string;
      readonly version: number;
      readonly from: number | null;
      readonly rolloutId: string;
    },
  ): Promise<{
    readonly outcome: 'pass' | 'fail' | 'undecided';
    readonly value: number | null;
    readonly because: string;
  }>;
}

/** Asks a serving URL whether somebody answers. Throws DomainError when nobody does. */
export interface ServingProbe {
  probe(servingUrl: string): Promise<void>;
}

/** What this installation can deploy by itself, besides versions that bring their serving URL. */
export interface DeployerInfo {
  readonly processDeployer: boolean;
}
