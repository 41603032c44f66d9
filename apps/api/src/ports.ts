import type { RegisterVersionPorts, SessionStore, TokenStore, UnitOfWork, WebhookStore } from '#libs/engine';
import type { OidcSettings } from './auth/oidc.ts';
import type { PlaneAbout } from '#libs/gateway-protocol';
import type { Logger } from '#libs/observe';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Route } from '#libs/traffic';

/** Injection tokens of the ports; `app.module.ts` binds each to its adapter. */
export const UNIT_OF_WORK = Symbol('UnitOfWork');
export const SESSION_STORE = Symbol('SessionStore');
/** `fetch` within the outbound policy. */
export const OUTBOUND_FETCH = Symbol('OutboundFetch');
/** Asks the same policy before anything is asked. */
export const URL_REFUSAL = Symbol('UrlRefusal');
/** Why nobody may connect to a URL; `null`: somebody may, or it is not known. @param mayResolve whether names are looked up */
export type UrlRefusal = (url: string, mayResolve: boolean) => Promise<string | null>;
export const RATE_LIMIT_SETTINGS = Symbol('RateLimitSettings');
/** Who has sent a request, by the peer's address and `X-Forwarded-For`: libs/addresses' `senderAddress`. */
export const SENDER_OF = Symbol('SenderOf');
export type SenderOf = (peer: string | undefined, forwardedFor: string | undefined) => string;
/** Requests a minute; 0: as many as there are. */
export interface RateLimitSettings {
  readonly perCaller: number;
  readonly perAddress: number;
  /** By what an address is counted. */
  readonly networkToLimit: (address: string) => string;
  /** What the processes count together; `null`: there is no Redis. */
  readonly shared: {
    limiter(name: string, points: number, seconds: number): Pick<RateLimiterAbstract, 'consume'>;
    close(): void;
  } | null;
}
export const LOGGER = Symbol('Logger');
/** How people log in. */
export const LOGIN_SETTINGS = Symbol('LoginSettings');
export interface LoginSettings {
  readonly oidc: OidcSettings | null;
  /** Where browsers find this server. */
  readonly publicUrl: string;
  readonly sessionHours: number;
}
/** What data planes say of themselves, for people: nothing is decided by it, so it is no store of the engine. */
export const PLANE_ABOUTS = Symbol('PlaneAbouts');
export interface PlaneAbouts {
  /** Of a boot that has sent a batch. */
  note(name: { readonly gateway: string; readonly boot: string }, about: PlaneAbout): Promise<void>;
  /** What the present boots have said last, by the data plane's name: perhaps to an api of another release. */
  ofPresent(): Promise<ReadonlyMap<string, unknown>>;
}
/** Seals what must be read again. */
export const SECRET_BOX = Symbol('SecretBox');
export const TOKEN_STORE = Symbol('TokenStore');
export const WEBHOOK_STORE = Symbol('WebhookStore');
/** Everything that registering a version needs, in one object. */
export const REGISTER_VERSION_PORTS = Symbol('RegisterVersionPorts');
export const ROUTE_CHANGES = Symbol('RouteChanges');
/** What receipts are signed with: a string. */
export const RECEIPT_KEY = Symbol('ReceiptKey');
/** What links to shared rollouts are signed with: a string. */
export const SHARE_KEY = Symbol('ShareKey');
export const IDEMPOTENCY_STORE = Symbol('IdempotencyStore');

/** Uploaded artifacts: libs/artifacts' store. */
export const ARTIFACT_STORE = Symbol('ArtifactStore');
export const UPLOADED_FILES = Symbol('UploadedFiles');
/** Reads artifacts wherever they are: libs/artifacts' reader. */
export const ARTIFACT_READER = Symbol('ArtifactReader');
export interface SourceReader {
  /**
   * What an MLflow client's source is now.
   * @param gone once it is aborted, no file of a folder is read on
   * @returns the place by what does not move, and its digest (`null`: nothing that is set up here reads it); `null`: no
   *   such place is known here
   * @throws DomainError when it is, and cannot be read
   */
  resolve(
    source: string,
    gone?: AbortSignal,
  ): Promise<{ readonly uri: string; readonly digest: string | null } | null>;
  /**
   * What a run of the tracking server says of the version that came of it; `null`: none is set up, or nothing names the run.
   * @param id as the client says; `null`: the run of the logged model at `uri`
   * @throws DomainError when it does not answer now
   */
  run(
    id: string | null,
    uri: string,
  ): Promise<{
    readonly metrics: Readonly<Record<string, number>>;
    readonly source: Readonly<Record<string, string>>;
    readonly dataset: Readonly<Record<string, string>>;
    /** What of it is not kept, in words. */
    readonly unread: readonly string[];
  } | null>;
  readonly fetched: {
    /** Removes copies that nobody has used since; returns how many. */
    tidy(now: number, keptMs: number): Promise<number>;
  };
}

/** How long uploaded artifacts are kept that no version names, in milliseconds. */
export const ARTIFACT_KEPT_MS = Symbol('ARTIFACT_RETENTION');

/** Tells when routes have changed (with the new one, if it was told), and when changes may have been missed. */
export interface RouteChanges {
  subscribe(on: { changed: (modelId: string, route: Route | null) => void; missed: () => void }): void;
}

export type { Logger, RegisterVersionPorts, SessionStore, TokenStore, UnitOfWork, WebhookStore };
