/* What the use cases need of the world outside the database; asked between transactions only. */
import type { Readable } from 'node:stream';
import type { Instant } from '#libs/kernel';
import type { SourceGate } from '#libs/rollout';
import type { OutputSpec, Readiness } from '#libs/traffic';
import type { GoldenRequest } from './records.ts';

/** What a folder with MLflow's `MLmodel` says of the model in it. */
export interface DescribedArtifact {
  /** JSON Schemas of what callers send and read; `null`: it does not say. */
  readonly signature: { readonly input: unknown; readonly output: unknown } | null;
  /** How its answers are read; `null`: it does not say. */
  readonly outputSpec: OutputSpec | null;
  /** The request that its input example stands for; `null`: it has none. */
  readonly example: GoldenRequest | null;
  /** What of it could not be read, in words. */
  readonly unread: readonly string[];
}

/** Reads an artifact and checks it. Throws DomainError when it cannot be read or is another. */
export interface ArtifactVerifier {
  verify(artifact: { uri: string; digest: string }): Promise<void>;
  /** What an artifact that was verified says of itself; `null`: nothing that is read here. Never throws for what it holds. */
  describe(digest: string): Promise<DescribedArtifact | null>;
}

export interface StoredArtifact {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** It was not there before. */
  readonly isNew: boolean;
}

/** Uploaded artifacts, by digest; each is complete or not there. */
export interface UploadStore {
  /** What `nameOf` is below. */
  readonly folder: string;
  nameOf(digest: string): string;
  /**
   * Takes a stream in.
   * @param expected its digest, where the sender knows it
   * @throws DomainError `artifact_too_large`, `digest_mismatch`, `upload_incomplete` or `storage_full`;
   *   nothing is left of it then
   */
  put(source: Readable, expected: string | null): Promise<StoredArtifact>;
  /** Removes what uploads have left that ended with their process; returns how many. */
  clearAbandoned(now: Instant): Promise<number>;
}

/** What was uploaded has this scheme: `artifact:sha256:<hex>`, and a file name behind it where one was given. */
export const UPLOADED = 'artifact:';
/** @param name of the file, for model servers that tell formats by it */
export const uploadedUri = (digest: string, name: string | null): string =>
  `${UPLOADED}${digest}${name === null ? '' : `/${encodeURIComponent(name)}`}`;

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
    readonly outcome: 'pass' | 'fail' | 'undecided' | null;
    readonly value: number | null;
    readonly because: string;
  }>;
}

/** A model server that is asked whether it is ready. */
export interface Probed {
  readonly url: string;
  /** Where it says so; `null`: at one of the usual paths. */
  readonly healthPath: string | null;
  /** Where it said so before, if it has no `healthPath`: it must know that path. Left out, `null`: it never did, as far as anybody knows. */
  readonly readyPath?: string | null;
}

/** Asks a model server whether it is ready, within a few seconds. Never throws: who does not answer is `unreachable`. */
export interface ServingProbe {
  probe(server: Probed): Promise<Readiness>;
}

/** What this installation can deploy by itself, besides versions that bring their serving URL. */
export interface DeployerInfo {
  readonly processDeployer: boolean;
  /** Does it serve versions that have no artifact with a digest, as MLflow's clients register them? */
  readonly servesSources: boolean;
}

/** Keeps secrets that must be read again, such as what webhooks are signed with. */
export interface SecretBox {
  /** @param purpose what the secret is of; it opens for the same purpose only */
  seal(plain: string, purpose: string): string;
  /** @throws DomainError `secret_unreadable` when the key is missing, or the text was changed */
  open(sealed: string, purpose: string): string;
  /** Is it sealed with the newest key? */
  isCurrent(sealed: string): boolean;
}
