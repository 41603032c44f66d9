import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { parseDuration } from '#libs/kernel';
import { grantToken, renewToken, revokeToken, ROLES, SCOPES, scopesOf } from '#libs/engine';
import { Actor, Scopes } from '../access/access.guard.ts';
import { AnswersSecret } from '../http/idempotency.interceptor.ts';
import { modelPatterns, shownName } from '../http/bodies/validation.ts';
import { Answer, Done, listOf, nullableTime } from '../openapi/answer.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

const newToken = z
  .strictObject({
    name: shownName,
    scopes: z.array(z.enum(SCOPES)).min(1).optional(),
    /** In place of scopes. */
    role: z.enum(ROLES).optional(),
    models: modelPatterns.nullable().default(null),
    /** Whose it is, a name or an e-mail address in any spelling: nobody approves what their own token has registered. */
    owner: z.string().min(1).max(200).nullable().default(null),
    expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
  })
  .refine((token) => (token.scopes === undefined) !== (token.role === undefined), {
    path: ['scopes'],
    message: 'give scopes, or a role',
  });
const rotation = z.strictObject({
  overlap: z
    .string()
    .default('24h')
    .refine((text) => parseDuration(text) !== null, 'not a duration such as 30m or 24h'),
});
const tokenParams = z.object({ id: z.uuid('not the id of a token') });
const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

const tokenAnswer = z.looseObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  models: z.array(z.string()).nullable(),
  owner: z.string().nullable(),
  expiresAt: nullableTime,
});

@ApiTags('tokens')
@Controller('tokens')
@Scopes('admin')
export class TokensController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Post()
  @AnswersSecret()
  @Answer(tokenAnswer.extend({ token: z.string() }), { status: 201, description: 'Made' })
  @ApiOperation({ summary: 'Make a token; the answer shows it, and nothing shows it again' })
  async create(@Body({ schema: newToken }) body: z.infer<typeof newToken>, @Actor() actor: string) {
    const { name, models, role } = body;
    const scopes = body.scopes ?? scopesOf(role === undefined ? [] : [role]);
    const expiresAt = body.expiresAt === null ? null : Date.parse(body.expiresAt);
    const { owner } = body;
    const made = await this.uow.run((stores) =>
      grantToken(stores, { name, scopes, models, owner, expiresAt }, actor),
    );
    return { ...made, name, scopes, models, expiresAt: body.expiresAt };
  }

  @Get()
  @Answer(listOf(tokenAnswer.extend({ lastUsedAt: nullableTime })))
  @ApiOperation({ summary: 'All tokens, without the tokens themselves' })
  async list() {
    const items = await this.uow.read((stores) => stores.tokens.list());
    return {
      items: items.map((t) => ({ ...t, expiresAt: iso(t.expiresAt), lastUsedAt: iso(t.lastUsedAt) })),
    };
  }

  @Post(':id/rotate')
  @AnswersSecret()
  @Answer(tokenAnswer.extend({ token: z.string(), oldExpiresAt: z.string() }), {
    status: 201,
    description: 'Made',
  })
  @ApiOperation({ summary: 'A new token with the same rights; the old one goes on for the overlap' })
  async rotate(
    @Param({ schema: tokenParams }) { id }: z.infer<typeof tokenParams>,
    @Body({ schema: rotation }) { overlap }: z.infer<typeof rotation>,
    @Actor() actor: string,
  ) {
    const overlapMs = parseDuration(overlap) ?? 0;
    const { old, oldExpiresAt, ...renewed } = await this.uow.run((stores) =>
      renewToken(stores, id, overlapMs, actor),
    );
    const { name, scopes, models, owner } = old;
    return {
      ...{ ...renewed, name, scopes, models, owner },
      expiresAt: iso(old.expiresAt),
      oldExpiresAt: iso(oldExpiresAt),
    };
  }

  @Delete(':id')
  @HttpCode(204)
  @Done()
  @ApiOperation({ summary: 'Revoke a token' })
  async remove(
    @Param({ schema: tokenParams }) { id }: z.infer<typeof tokenParams>,
    @Actor() actor: string,
  ): Promise<void> {
    await this.uow.run((stores) => revokeToken(stores, id, actor));
  }
}
