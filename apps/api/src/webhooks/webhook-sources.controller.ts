import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DomainError, shownUrl, withoutUndefined } from '#libs/kernel';
import { SOURCE_KINDS, type WebhookSource } from '#libs/engine';
import { Actor, Scopes } from '../access/access.guard.ts';
import { AnswersSecret } from '../http/idempotency.interceptor.ts';
import { Answer, Done, listOf } from '../openapi/answer.ts';
import { UNIT_OF_WORK, type UnitOfWork, WEBHOOK_STORE, type WebhookStore } from '../ports.ts';
import { newSecret, newSource } from './source.schema.ts';

const sourceParams = z.object({ name: z.string().min(1).max(100) });
const sourceAnswer = z.looseObject({
  name: z.string(),
  kind: z.enum(SOURCE_KINDS),
  models: z.array(z.string()),
  repository: z.string().nullable(),
  url: z.string(),
});

/** A source without its secrets: what is shown, and kept in the record. The values of a URL's query may be keys. */
function sourceView({ name, kind, models, repository, rules }: WebhookSource) {
  const { manifest, ...given } = rules;
  const place = manifest && 'url' in manifest ? { url: shownUrl(manifest.url) } : manifest;
  const shown = { ...given, ...(given.jwksUrl === undefined ? {} : { jwksUrl: shownUrl(given.jwksUrl) }) };
  const url = kind === 'github-oidc' ? '/api/v1/auth/ci' : `/api/v1/webhooks/${kind}/${name}`;
  return { name, kind, models, repository, ...shown, ...(place ? { manifest: place } : {}), url };
}

/** Who outside may register versions, and what their deliveries are signed with. */
@ApiTags('webhooks')
@Controller('webhook-sources')
@Scopes('admin')
export class WebhookSourcesController {
  constructor(
    @Inject(WEBHOOK_STORE) private readonly webhooks: WebhookStore,
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
  ) {}

  @Post()
  @AnswersSecret()
  @Answer(sourceAnswer.extend({ secret: z.string() }), { status: 201, description: 'Made' })
  @ApiOperation({ summary: 'Add a source; the answer shows its secret, and nothing shows it again' })
  async create(@Body({ schema: newSource }) body: z.infer<typeof newSource>, @Actor() actor: string) {
    const { name, kind, models, repository, secret = newSecret(kind), ...rest } = body;
    const rules = withoutUndefined(rest);
    const source: WebhookSource = { name, kind, models, repository, secret, rules };
    await this.uow.run(async (stores) => {
      await stores.events.holdInstallation();
      if (!(await stores.deliveries.insertSource(source)))
        throw new DomainError(
          'conflict',
          'source_exists',
          `There is a source "${name}" already. Remove it first, or take another name.`,
        );
      await stores.events.appendToInstallation({ type: 'source.added', actor, data: sourceView(source) });
    });
    return { ...sourceView(source), secret };
  }

  @Get()
  @Answer(listOf(sourceAnswer))
  @ApiOperation({ summary: 'All sources, without their secrets' })
  async list() {
    return { items: (await this.webhooks.sources()).map(sourceView) };
  }

  @Delete(':name')
  @HttpCode(204)
  @Done()
  @ApiOperation({ summary: 'Remove a source' })
  async remove(
    @Param({ schema: sourceParams }) { name }: z.infer<typeof sourceParams>,
    @Actor() actor: string,
  ): Promise<void> {
    await this.uow.run(async (stores) => {
      await stores.events.holdInstallation();
      if (!(await stores.deliveries.removeSource(name)))
        throw new DomainError('not_found', 'source_not_found', `There is no source "${name}".`);
      await stores.events.appendToInstallation({ type: 'source.removed', actor, data: { name } });
    });
  }
}
