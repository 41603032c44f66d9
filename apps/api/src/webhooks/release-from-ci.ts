import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { DomainError, toPointer } from '#libs/kernel';
import { mayRegister, registerVersion, type WebhookSource } from '#libs/engine';
import {
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  WEBHOOK_STORE,
  type WebhookStore,
} from '../ports.ts';
import { manifest } from '../versions/version.schema.ts';

/** What a delivery is answered. The first answer is kept, and repeats get it again. */
export type DeliveryAnswer =
  | { readonly model: string; readonly version: number; readonly rolloutId: string | null }
  | { readonly ignored: string };

/** Turns a verified delivery of a CI system into a version and its rollout, once. */
@Injectable()
export class ReleaseFromCi {
  constructor(
    @Inject(WEBHOOK_STORE) private readonly webhooks: WebhookStore,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
  ) {}

  /** The source of a delivery; an unknown one is answered as a wrong signature is, so that names cannot be guessed. */
  async source(name: string, kind: WebhookSource['kind']): Promise<WebhookSource | null> {
    const source = await this.webhooks.source(name);
    return source?.kind === kind ? source : null;
  }

  /**
   * @param identity what makes a repeat of this delivery recognisable
   * @param payload the manifest as it came
   * @param pointer where in the body the manifest lies, for errors
   */
  async release(
    source: WebhookSource,
    identity: string,
    payload: unknown,
    pointer: string,
    provenance: Record<string, string>,
  ): Promise<DeliveryAnswer> {
    const before = await this.webhooks.answered(source.name, identity);
    if (before) return before.answer as DeliveryAnswer;
    const { model, ...version } = parseManifest(payload, pointer);
    if (!mayRegister(source, model)) {
      throw new DomainError(
        'forbidden',
        'model_not_allowed',
        `The source "${source.name}" may not register versions of "${model}". It may: ${source.models.join(', ')}.`,
      );
    }
    let answer: DeliveryAnswer | null = null;
    const request = { ...version, source: { ...provenance, ...version.source } };
    await registerVersion(
      this.ports,
      model,
      request,
      `webhook:${source.name}`,
      async (stores, registered) => {
        answer = { model, version: registered.version.version, rolloutId: registered.rollout?.id ?? null };
        await stores.deliveries.remember(source.name, identity, answer);
      },
    );
    if (answer === null) throw new Error('the version was registered without its delivery');
    return answer;
  }
}

function parseManifest(payload: unknown, pointer: string): z.infer<typeof manifest> {
  const parsed = manifest.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw new DomainError(
    'invalid',
    'manifest_invalid',
    'The version in the delivery has mistakes; see errors.',
    parsed.error.issues.map((issue) => ({ pointer: pointer + toPointer(issue.path), detail: issue.message })),
  );
}

export function refuseSignature(): never {
  throw new DomainError(
    'unauthenticated',
    'signature_invalid',
    'The signature does not match, or the source is unknown. Check the name in the URL and the secret on both sides.',
  );
}
