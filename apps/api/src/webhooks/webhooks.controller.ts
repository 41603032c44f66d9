import { createHash } from 'node:crypto';
import { Body, Controller, Headers, HttpCode, Param, Post, RawBody } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { Public } from '../access/access.guard.ts';
import { isGitHubSignature } from './github-signature.ts';
import { type DeliveryAnswer, refuseSignature, ReleaseFromCi } from './release-from-ci.ts';

const sourceParams = z.object({ source: z.string().min(1).max(100) });
type SourceParams = z.infer<typeof sourceParams>;
type HeaderMap = Record<string, string | undefined>;

const dispatch = z.looseObject({
  repository: z.looseObject({ full_name: z.string(), html_url: z.string().optional() }),
  client_payload: z.looseObject({ understudy: z.unknown().optional() }).nullable().optional(),
});
const standardPayload = z.looseObject({ type: z.string(), data: z.unknown() });

const deliveryAnswer = z.union([
  z.looseObject({ ignored: z.string() }),
  z.looseObject({ model: z.string(), version: z.int(), rolloutId: z.string().nullable() }),
]);

/** CI in. The caller is known by the signature over the raw body, not by a token. */
@ApiTags('webhooks')
@Controller('webhooks')
@Public()
export class WebhooksController {
  constructor(private readonly releases: ReleaseFromCi) {}

  @Post('github/:source')
  @HttpCode(200)
  @Answer(deliveryAnswer)
  @ApiOperation({
    summary: 'GitHub: a repository_dispatch whose client_payload.understudy is a version manifest',
  })
  async github(
    @Param({ schema: sourceParams }) { source: name }: SourceParams,
    @Headers() headers: HeaderMap,
    @RawBody() raw: Buffer | undefined,
    @Body() body: unknown,
  ): Promise<DeliveryAnswer> {
    const source = await this.releases.source(name, 'github');
    if (!source || !isGitHubSignature(source.secret, raw ?? Buffer.alloc(0), headers['x-hub-signature-256']))
      return refuseSignature();
    const event = headers['x-github-event'] ?? 'unknown';
    if (event !== 'repository_dispatch')
      return { ignored: `event ${event}: only repository_dispatch registers a version` };
    const payload = dispatch.safeParse(body);
    if (!payload.success) return { ignored: 'the payload names no repository' };
    const repository = payload.data.repository.full_name;
    if (source.repository !== null && source.repository !== repository)
      return { ignored: `repository ${repository} is not ${source.repository}` };
    if (payload.data.client_payload?.understudy === undefined)
      return { ignored: 'client_payload.understudy is missing' };
    // The delivery id is not signed, so a repeat is known by what is: the body.
    const identity = createHash('sha256')
      .update(raw ?? '')
      .digest('hex');
    return this.releases.release(
      source,
      identity,
      payload.data.client_payload.understudy,
      '/client_payload/understudy',
      { repository },
    );
  }

  @Post('standard/:source')
  @HttpCode(200)
  @Answer(deliveryAnswer)
  @ApiOperation({ summary: 'Standard Webhooks: type "version.registered", data is a version manifest' })
  async standard(
    @Param({ schema: sourceParams }) { source: name }: SourceParams,
    @Headers() headers: HeaderMap,
    @RawBody() raw: Buffer | undefined,
    @Body() body: unknown,
  ): Promise<DeliveryAnswer> {
    const source = await this.releases.source(name, 'standard');
    if (!source) return refuseSignature();
    try {
      // Signature, and a timestamp within 300 s.
      new Webhook(source.secret).verify(
        (raw ?? Buffer.alloc(0)).toString('utf8'),
        headers as Record<string, string>,
      );
    } catch {
      return refuseSignature();
    }
    const payload = standardPayload.safeParse(body);
    if (!payload.success || payload.data.type !== 'version.registered')
      return { ignored: 'only type "version.registered" registers a version' };
    return this.releases.release(source, headers['webhook-id'] ?? '', payload.data.data, '/data', {});
  }
}
