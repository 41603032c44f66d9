import type { Instant } from '#libs/kernel';
import type { EventRecord, Page, PageRequest } from './records.ts';

export const FORMATS = ['cloudevents', 'slack'] as const;
export type SubscriptionFormat = (typeof FORMATS)[number];

/** Somebody outside who is told what happens. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly name: string;
  /** Where events are posted to. It may hold a secret itself, as Slack's do. */
  readonly url: string;
  /** The newest first; those after it sign too, until their time is over. */
  readonly secrets: readonly SubscriptionSecret[];
  /** Types of events: names, or prefixes that end with `*`. */
  readonly events: readonly string[];
  /** Names of models, or prefixes that end with `*`; `null`: all. */
  readonly models: readonly string[] | null;
  readonly format: SubscriptionFormat;
  readonly state: 'active' | 'disabled';
  /** Why it is disabled. */
  readonly because: string;
  /** Since when nothing was delivered although it was tried; `null`: the last one was. */
  readonly failingSince: Instant | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
}

export interface SubscriptionSecret {
  readonly secret: string;
  readonly until: Instant | null;
}

/** An event on its way to a subscription. */
export interface OutgoingRecord {
  readonly id: string;
  readonly subscriptionId: string;
  readonly modelId: string;
  readonly sequence: number;
  readonly type: string;
  readonly model: string;
  /** `dead`: given up; it can be sent again by hand. */
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly firstTriedAt: Instant | null;
  readonly nextAt: Instant;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Instant;
}

/** One that is to be sent now. */
export interface DueDelivery {
  readonly id: string;
  readonly modelId: string;
  /** How often it was tried, this time included. */
  readonly attempts: number;
  readonly firstTriedAt: Instant;
  readonly subscription: SubscriptionRecord;
  readonly event: EventRecord;
}

/** What became of an attempt. */
export interface Settlement {
  readonly id: string;
  readonly subscriptionId: string;
  readonly outcome:
    | { readonly kind: 'delivered' }
    | { readonly kind: 'again'; readonly at: Instant }
    | { readonly kind: 'dead' };
  readonly status: number | null;
  readonly error: string | null;
  readonly at: Instant;
}

/** How many deliveries of each subscription may be taken at once. */
export interface Rooms {
  readonly each: number;
  /** Of some of them, by id; 0: none. */
  readonly of: ReadonlyMap<string, number>;
}

export interface SubscriptionStore {
  insert(
    subscription: Omit<SubscriptionRecord, 'createdAt' | 'failingSince' | 'state' | 'because'>,
  ): Promise<void>;
  find(id: string): Promise<SubscriptionRecord | null>;
  list(): Promise<readonly SubscriptionRecord[]>;
  update(
    id: string,
    patch: Partial<
      Pick<
        SubscriptionRecord,
        'name' | 'url' | 'secrets' | 'events' | 'models' | 'format' | 'state' | 'because'
      >
    >,
  ): Promise<void>;
  /** Takes it away with what waits for it. */
  remove(id: string): Promise<boolean>;
  /**
   * Takes what is due. Of the events of one model that wait for one subscription, only the first is: the
   * others follow when it has arrived, or was given up. Nobody else gets it for `claimMs`.
   */
  claimDue(
    now: Instant,
    claim: { readonly most: number; readonly claimMs: number; readonly rooms: Rooms },
  ): Promise<readonly DueDelivery[]>;
  settle(settlement: Settlement): Promise<void>;
  deliveries(
    subscriptionId: string,
    state: OutgoingRecord['state'] | null,
    page: PageRequest,
  ): Promise<Page<OutgoingRecord>>;
  /** Sends given up ones again, with the identity that they had: one, or all of a subscription. Returns how many. */
  replay(subscriptionId: string, deliveryId: string | null): Promise<number>;
}

/** Posts an event. Throws when nobody answers. */
export interface EventSender {
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{
    readonly status: number;
    /** What `Retry-After` asks for. */
    readonly retryAfterMs: number | null;
  }>;
}
