import type { EnvoyResource, ResourceKind } from '../resources/resource.ts';

/** One message of resources, on its way or to be sent. */
export interface Push {
  readonly kind: ResourceKind;
  readonly nonce: string;
  readonly resources: readonly EnvoyResource[];
  readonly removed: readonly string[];
}

/** The resources of one kind that one Envoy has, as far as it has said so, and what is on its way. One message at a time: the answer to it is told apart so. */
export class SentResources {
  isSubscribed = false;
  /** Envoy has had an answer, if an empty one: it waits for the first one. */
  hasAnswered = false;
  private readonly has = new Map<string, string>();
  private underWay: Push | null = null;
  /** Names that the message on its way takes away. */
  private leaving: ReadonlySet<string> = new Set();
  private nonces = 0;

  constructor(readonly kind: ResourceKind) {}

  get isWaiting(): boolean {
    return this.underWay !== null;
  }

  /** What it says that it has from an earlier connection. */
  knows(versions: Readonly<Record<string, string>>): void {
    for (const [name, version] of Object.entries(versions)) this.has.set(name, version);
  }

  /** @returns the version of a resource that Envoy has taken; `undefined`: none */
  versionOf(name: string): string | undefined {
    return this.has.get(name);
  }

  /** It has it, and keeps it. */
  hasTaken({ name, version }: Pick<EnvoyResource, 'name' | 'version'>): boolean {
    return this.has.get(name) === version && !this.leaving.has(name);
  }

  names(): IterableIterator<string> {
    return this.has.keys();
  }

  push(resources: readonly EnvoyResource[], removed: readonly string[]): Push {
    this.hasAnswered = true;
    this.leaving = new Set(removed);
    this.underWay = { kind: this.kind, nonce: String(++this.nonces), resources, removed };
    return this.underWay;
  }

  /** @returns what was answered to; `null`: nothing that is under way */
  answered(nonce: string, isTaken: boolean): Push | null {
    if (this.underWay?.nonce !== nonce) return null;
    const push = this.underWay;
    this.underWay = null;
    if (isTaken) for (const { name, version } of push.resources) this.has.set(name, version);
    for (const name of push.removed) this.has.delete(name);
    this.leaving = new Set();
    return push;
  }
}
