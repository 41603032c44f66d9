import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, Done, listOf, nullableTime } from '../openapi/answer.ts';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import { issueToken, SCOPES } from '#libs/engine';
import { Scopes } from '../http/access.guard.ts';
import { TOKEN_STORE, type TokenStore } from '../ports.ts';

const newToken = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(SCOPES)).min(1),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});
const tokenParams = z.object({ id: z.uuid('not the id of a token') });
const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

const tokenAnswer = z.looseObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  expiresAt: nullableTime,
});

@ApiTags('tokens')
@Controller('tokens')
@Scopes('admin')
export class TokensController {
  constructor(@Inject(TOKEN_STORE) private readonly tokens: TokenStore) {}

  @Post()
  @Answer(tokenAnswer.extend({ token: z.string() }), { status: 201, description: 'Made' })
  @ApiOperation({ summary: 'Make a token; the answer shows it, and nothing shows it again' })
  async create(@Body({ schema: newToken }) body: z.infer<typeof newToken>) {
    const expiresAt = body.expiresAt === null ? null : Date.parse(body.expiresAt);
    return {
      ...(await issueToken(this.tokens, { ...body, expiresAt })),
      name: body.name,
      scopes: body.scopes,
      expiresAt: body.expiresAt,
    };
  }

  @Get()
  @Answer(listOf(tokenAnswer.extend({ lastUsedAt: nullableTime })))
  @ApiOperation({ summary: 'All tokens, without the tokens themselves' })
  async list() {
    const items = await this.tokens.list();
    return {
      items: items.map((t) => ({ ...t, expiresAt: iso(t.expiresAt), lastUsedAt: iso(t.lastUsedAt) })),
    };
  }

  @Delete(':id')
  @HttpCode(204)
  @Done()
  @ApiOperation({ summary: 'Revoke a token' })
  async remove(@Param({ schema: tokenParams }) { id }: z.infer<typeof tokenParams>) {
    if (!(await this.tokens.remove(id)))
      throw new DomainError('not_found', 'token_not_found', `There is no token "${id}".`);
  }
}
