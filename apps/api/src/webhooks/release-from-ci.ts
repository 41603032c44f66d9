import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { DomainError, toPointer } from '#libs/kernel';
import {
  type GroupRecord,
  type ManifestPlace,
  mayRegister,
  reachOfSource,
  refusalOf,
  registerGroup,
  registerVersion,
  type SourceKind,
  type Stores,
  type WebhookSource,
} from '#libs/engine';
import {
  OUTBOUND_FETCH,
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  WEBHOOK_STORE,
  type WebhookStore,
} from '../ports.ts';
import { leafIssues } from '../http/bodies/leaf-issues.ts';
import { groupManifest, isGroupManifest } from '../release-groups/group-manifest.ts';
import { manifest } from '../versions/version.schema.ts';
import { assertStorable } from '../http/bodies/storable-text.guard.ts';
import type { ReadDelivery } from './ci-payload.ts';
import { fetchText, manifestOf } from './manifest-place.ts';

/** What a delivery is answered. The first answer is kept, and repeats get it again. */
export type DeliveryAnswer =
  | { readonly model: string; readonly version: number; readonly rolloutId: string | null }
  | {
      readonly releaseGroupId: string;
      readonly members: readonly {
        readonly model: string;
        readonly version: number;
        readonly rolloutId: string;
      }[];
    }
  | { readonly ignored: string };

/** A delivery whose signature has been checked. */
export interface Delivery {
  readonly source: WebhookSource;
  /** What makes a repeat recognisable; `null`: the raw body does. */
  readonly identity: string | null;
  readonly raw: Buffer;
  readonly payload: unknown;
  /** Where the manifest is unless the source says otherwise. */
  readonly place: ManifestPlace;
  readonly provenance: Record<string, string>;
  /** Whom the delivery names; left out: nobody. */
  readonly people?: readonly string[];
}

/** Turns a verified delivery of a CI system into a version and its rollout, once. */
@Injectable()
export class ReleaseFromCi {
  constructor(
    @Inject(WEBHOOK_STORE) private readonly webhooks: WebhookStore,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
    @Inject(OUTBOUND_FETCH) private readonly fetch: typeof globalThis.fetch,
  ) {}

  /** The source of a delivery; an unknown one is answered as a wrong signature is, so that names cannot be guessed. */
  async source(name: string, kind: SourceKind): Promise<WebhookSource | null> {
    const source = await this.webhooks.source(name);
    return source?.kind === kind ? source : null;
  }

  /**
   * Releases what a run has made, if the source listens to such runs.
   * @throws DomainError (403) for a run of a fork, of a proposal, or of what the source does not allow
   */
  async releaseRun(
    read: ReadDelivery,
    usual: readonly string[],
    delivery: Omit<Delivery, 'identity' | 'provenance'>,
  ): Promise<DeliveryAnswer> {
    if ('ignored' in read) return read;
    const { run, identity } = read;
    const { source, payload } = delivery;
    const events = source.rules.events ?? usual;
    if (!events.includes(run.event))
      return { ignored: `event ${run.event}: the source listens to ${events.join(', ')}` };
    const now = await this.ports.uow.read((stores) => stores.now());
    const refusal = refusalOf({ ...source, events }, run, now);
    if (refusal)
      throw new DomainError(
        'forbidden',
        refusal.code,
        `This run may not register a version: ${refusal.because}.`,
      );
    const says = { repository: run.repository, commit: run.commit, runUrl: run.runUrl };
    const provenance = Object.fromEntries(
      Object.entries(says).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
    );
    return this.release({ ...delivery, payload, identity, provenance, people: run.people });
  }

  async release(delivery: Delivery): Promise<DeliveryAnswer> {
    const { source, identity, raw, payload, place, provenance, people = [] } = delivery;
    const known = identity ?? createHash('sha256').update(raw).digest('hex');
    const before = await this.webhooks.answered(source.name, known);
    if (before) return before.answer as DeliveryAnswer;
    const found = await manifestOf(source.rules.manifest ?? place, payload, fetchText(this.fetch));
    assertStorable({ identity: known, ...provenance });
    assertStorable(found.manifest, found.pointer.split('/').slice(1));
    const asked = isGroupManifest(found.manifest)
      ? { group: parsed(groupManifest, found.manifest, found.pointer) }
      : { single: parsed(manifest, found.manifest, found.pointer) };
    const models = asked.group ? asked.group.members.map(({ model }) => model) : [asked.single.model];
    for (const model of models) assertMayRegister(source, model);
    let answer: DeliveryAnswer | null = null;
    const by = { actor: `webhook:${source.name}`, authority: 'submit' } as const;
    const common = { reach: reachOfSource(source), people };
    // What the signed delivery says of its run counts, not what the manifest says.
    const run = <T extends { readonly source: Record<string, string> }>(version: T): T => ({
      ...version,
      source: { ...version.source, ...provenance },
    });
    const remember = async (stores: Stores, given: DeliveryAnswer): Promise<void> => {
      answer = given;
      await stores.deliveries.remember(source.name, known, given);
    };
    try {
      if (asked.group) {
        const members = asked.group.members.map((one) => ({ ...one, version: run(one.version) }));
        await registerGroup(this.ports, { ...asked.group, ...common, members }, by, (stores, group) =>
          remember(stores, groupAnswer(group)),
        );
      } else {
        const { model, ...version } = asked.single;
        await registerVersion(this.ports, model, { ...run(version), ...common }, by, (stores, registered) =>
          remember(stores, {
            ...{ model, version: registered.version.version },
            rolloutId: registered.rollout?.id ?? null,
          }),
        );
      }
    } catch (error) {
      // The same delivery was carried out meanwhile: its answer is this one's.
      const done = await this.webhooks.answered(source.name, known);
      if (done) return done.answer as DeliveryAnswer;
      throw error;
    }
    if (answer === null) throw new Error('the version was registered without its delivery');
    return answer;
  }
}

/** @throws DomainError `model_not_allowed` */
function assertMayRegister(source: WebhookSource, model: string): void {
  if (mayRegister(source, model)) return;
  throw new DomainError(
    'forbidden',
    'model_not_allowed',
    `The source "${source.name}" may not register versions of "${model}". It may: ${source.models.join(', ')}.`,
  );
}

const groupAnswer = ({ id, members }: GroupRecord): DeliveryAnswer => ({
  releaseGroupId: id,
  members: members.map(({ model, version, id: rolloutId }) => ({ model, version, rolloutId })),
});

function parsed<T extends z.ZodType>(schema: T, payload: unknown, pointer: string): z.output<T> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  throw new DomainError(
    'invalid',
    'manifest_invalid',
    'The version in the delivery has mistakes; see errors.',
    leafIssues(result.error.issues).map(({ path, message }) => ({
      pointer: pointer + toPointer(path),
      detail: message,
    })),
  );
}

export function refuseSignature(): never {
  throw new DomainError(
    'unauthenticated',
    'signature_invalid',
    'The signature does not match, or the source is unknown. Check the name in the URL and the secret on both sides.',
  );
}
