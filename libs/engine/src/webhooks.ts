import { mayTouch } from './access.ts';

/** Somebody outside who may register versions: what its deliveries are signed with, and for which models. */
export interface WebhookSource {
  readonly name: string;
  readonly kind: 'github' | 'standard';
  readonly secret: string;
  /** Names of models, or prefixes that end with `*`. */
  readonly models: readonly string[];
  /** GitHub: the only repository (`owner/name`) that is listened to; `null` for any. */
  readonly repository: string | null;
}

export interface WebhookStore {
  source(name: string): Promise<WebhookSource | null>;
  sources(): Promise<readonly WebhookSource[]>;
  /** `false` when the name is taken. */
  insertSource(source: WebhookSource): Promise<boolean>;
  removeSource(name: string): Promise<boolean>;
  /** What the first delivery of this identity was answered; `null` when it is new. */
  answered(source: string, identity: string): Promise<{ answer: unknown } | null>;
}

/** Part of a transaction: remembers what a delivery was answered. Fails when its identity is known. */
export interface DeliveryStore {
  remember(source: string, identity: string, answer: unknown): Promise<void>;
}

/** May this source register versions of this model? */
export function mayRegister(source: Pick<WebhookSource, 'models'>, model: string): boolean {
  return mayTouch(source.models, model);
}
