import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { SourceKind, WebhookSource } from '#libs/engine';
import { Public } from '../access/access.guard.ts';
import { TakesBody } from '../access/route-access.ts';
import { SignedBody } from '../http/bodies/signed-body.ts';
import { Answer } from '../openapi/answer.ts';
import { readGitHub, readGitLab } from './ci-payload.ts';
import { type DeliveryAnswer, refuseSignature, ReleaseFromCi } from './release-from-ci.ts';
import { isGitHubSignature, isSameText, isStandardSignature } from './signatures.ts';

const sourceParams = z.object({ source: z.string().min(1).max(100) });
type SourceParams = z.infer<typeof sourceParams>;
type HeaderMap = Record<string, string | undefined>;

/** A Standard Webhook, or a CloudEvent in its structured form: both have a type, and data. */
const event = z.looseObject({ type: z.string(), data: z.unknown(), specversion: z.string().optional() });
const REGISTERS = ['version.registered', 'io.understudy.version.registered'];
const DISPATCH = { pointer: '/client_payload/understudy' } as const;
const RELEASE_TEXT = { pointer: '/release/body' } as const;
const GITLAB_RELEASE_TEXT = { pointer: '/description' } as const;

const deliveryAnswer = z.union([
  z.looseObject({ ignored: z.string() }),
  z.looseObject({ model: z.string(), version: z.int(), rolloutId: z.string().nullable() }),
  z.looseObject({
    releaseGroupId: z.string(),
    members: z.array(z.looseObject({ model: z.string(), version: z.int(), rolloutId: z.string() })),
  }),
]);

/** What an unknown source is checked with, so that it takes as long as a wrong signature. */
const NOBODY = `whsec_${Buffer.alloc(24).toString('base64')}`;

const NO_BODY = new SignedBody(Buffer.alloc(0), 'json');

/** CI in. The caller is known by the signature over the raw body, not by a token. */
@ApiTags('webhooks')
@Controller('webhooks')
@Public()
@TakesBody('delivery')
export class WebhooksController {
  constructor(private readonly releases: ReleaseFromCi) {}

  @Post('github/:source')
  @HttpCode(200)
  @Answer(deliveryAnswer)
  @ApiOperation({
    summary:
      'GitHub: workflow_run (completed), release (published) or repository_dispatch registers a version',
  })
  async github(
    @Param({ schema: sourceParams }) { source: name }: SourceParams,
    @Headers() headers: HeaderMap,
    @Body() body: unknown,
  ): Promise<DeliveryAnswer> {
    const { source, raw, payload } = await this.opened(name, 'github', body, ({ secret }, bytes) =>
      isGitHubSignature(secret, bytes, headers['x-hub-signature-256']),
    );
    const kind = headers['x-github-event'] ?? 'unknown';
    const place = kind === 'release' ? RELEASE_TEXT : DISPATCH;
    const read = readGitHub(kind, payload);
    return this.releases.releaseRun(read, ['repository_dispatch'], { source, raw, payload, place });
  }

  @Post('gitlab/:source')
  @HttpCode(200)
  @Answer(deliveryAnswer)
  @ApiOperation({ summary: 'GitLab: a pipeline that succeeded, or a new release, registers a version' })
  async gitlab(
    @Param({ schema: sourceParams }) { source: name }: SourceParams,
    @Headers() headers: HeaderMap,
    @Body() body: unknown,
  ): Promise<DeliveryAnswer> {
    // Which of the two is the source's to say: whoever delivers cannot choose the weaker one.
    const { source, raw, payload } = await this.opened(name, 'gitlab', body, ({ secret, rules }, bytes) =>
      rules.verification === 'token'
        ? isSameText(secret, headers['x-gitlab-token'])
        : isStandardSignature(secret, bytes, headers),
    );
    const read = readGitLab(headers['x-gitlab-event'] ?? 'unknown', payload);
    const place = GITLAB_RELEASE_TEXT;
    return this.releases.releaseRun(read, ['pipeline', 'release'], { source, raw, payload, place });
  }

  @Post('standard/:source')
  @HttpCode(200)
  @Answer(deliveryAnswer)
  @ApiOperation({
    summary: 'Standard Webhooks (CloudEvents too): type "version.registered", data is a version manifest',
  })
  async standard(
    @Param({ schema: sourceParams }) { source: name }: SourceParams,
    @Headers() headers: HeaderMap,
    @Body() body: unknown,
  ): Promise<DeliveryAnswer> {
    const { source, raw, payload } = await this.opened(name, 'standard', body, ({ secret }, bytes) =>
      isStandardSignature(secret, bytes, headers),
    );
    // A CloudEvent in its binary form has the type in a header, and the body is its data.
    const type = headers['ce-type'];
    const parsed = event.safeParse(type === undefined ? payload : { type, data: payload });
    if (!parsed.success || !REGISTERS.includes(parsed.data.type))
      return { ignored: `only type "${REGISTERS.join('" or "')}" registers a version` };
    return this.releases.release({
      ...{ source, raw, payload: parsed.data, provenance: {} },
      // Signed, unlike a CloudEvent's headers.
      identity: headers['webhook-id'] ?? '',
      place: { pointer: '/data' },
    });
  }

  /** What a delivery says, once it is known that its source has signed it. */
  private async opened(
    name: string,
    kind: SourceKind,
    body: unknown,
    isSigned: (source: Pick<WebhookSource, 'secret' | 'rules'>, bytes: Buffer) => boolean,
  ): Promise<{ readonly source: WebhookSource; readonly raw: Buffer; readonly payload: unknown }> {
    const source = await this.releases.source(name, kind);
    const delivery = body instanceof SignedBody ? body : NO_BODY;
    // An unknown source takes as long as a wrong signature, and both are told before anything is parsed.
    const opened = delivery.open(
      (bytes) => isSigned(source ?? { secret: NOBODY, rules: {} }, bytes) && source !== null,
    );
    return source !== null && opened !== null ? { source, ...opened } : refuseSignature();
  }
}
