import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, Done, listOf } from '../openapi/answer.ts';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import { Scopes } from '../access/access.guard.ts';
import { WEBHOOK_STORE, type WebhookStore } from '../ports.ts';

const newSource = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dots, dashes and underscores'),
    kind: z.enum(['github', 'standard']),
    /** Names of models, or prefixes that end with `*`. */
    models: z.array(z.string().min(1).max(129)).min(1).max(100),
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name')
      .nullable()
      .default(null),
    secret: z.string().min(16).max(500).optional(),
  })
  .refine(
    (s) => s.kind !== 'standard' || s.secret === undefined || /^whsec_[A-Za-z0-9+/=]+$/.test(s.secret),
    {
      path: ['secret'],
      message: 'a Standard Webhooks secret is whsec_ and base64',
    },
  );
const sourceParams = z.object({ name: z.string().min(1).max(100) });

const sourceAnswer = z.looseObject({
  name: z.string(),
  kind: z.enum(['github', 'standard']),
  models: z.array(z.string()),
  repository: z.string().nullable(),
  url: z.string(),
});

/** Who outside may register versions, and what their deliveries are signed with. */
@ApiTags('webhooks')
@Controller('webhook-sources')
@Scopes('admin')
export class WebhookSourcesController {
  constructor(@Inject(WEBHOOK_STORE) private readonly webhooks: WebhookStore) {}

  @Post()
  @Answer(sourceAnswer.extend({ secret: z.string() }), { status: 201, description: 'Made' })
  @ApiOperation({ summary: 'Add a source; the answer shows its secret, and nothing shows it again' })
  async create(@Body({ schema: newSource }) body: z.infer<typeof newSource>) {
    const secret =
      body.secret ??
      (body.kind === 'standard'
        ? `whsec_${randomBytes(24).toString('base64')}`
        : randomBytes(24).toString('hex'));
    if (!(await this.webhooks.insertSource({ ...body, secret }))) {
      throw new DomainError(
        'conflict',
        'source_exists',
        `There is a source "${body.name}" already. Remove it first, or take another name.`,
      );
    }
    return { ...body, secret, url: `/api/v1/webhooks/${body.kind}/${body.name}` };
  }

  @Get()
  @Answer(listOf(sourceAnswer))
  @ApiOperation({ summary: 'All sources, without their secrets' })
  async list() {
    const sources = await this.webhooks.sources();
    return {
      items: sources.map(({ name, kind, models, repository }) => ({
        name,
        kind,
        models,
        repository,
        url: `/api/v1/webhooks/${kind}/${name}`,
      })),
    };
  }

  @Delete(':name')
  @HttpCode(204)
  @Done()
  @ApiOperation({ summary: 'Remove a source' })
  async remove(@Param({ schema: sourceParams }) { name }: z.infer<typeof sourceParams>) {
    if (!(await this.webhooks.removeSource(name)))
      throw new DomainError('not_found', 'source_not_found', `There is no source "${name}".`);
  }
}
