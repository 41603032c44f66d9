import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import { canonical, issueToken, type Scope } from '#libs/engine';
import { Public } from '../access/access.guard.ts';
import { Answer } from '../openapi/answer.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { CiIdentities } from './ci-identity.ts';

/** Long enough to register a version and to wait for its rollout to end. */
const LASTS_MS = 6 * 3_600_000;
const SCOPES: readonly Scope[] = ['read', 'publish'];
/** A signed token carries its own exp; what was used must be remembered for as long, and the skew. */
const REMEMBERED_MS = 3_600_000;

const exchange = z.strictObject({ token: z.string().min(1).max(20_000) });
const answer = z.looseObject({
  token: z.string(),
  expiresAt: z.string(),
  scopes: z.array(z.string()),
  models: z.array(z.string()),
});

@ApiTags('auth')
@Controller('auth')
@Public()
export class CiLoginController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    private readonly identities: CiIdentities,
  ) {}

  @Post('ci')
  @HttpCode(200)
  @Answer(answer)
  @ApiOperation({
    summary:
      "A CI job's OIDC token for a token of ours, bound to the models of its source; each is taken once",
  })
  async login(@Body({ schema: exchange }) { token }: z.infer<typeof exchange>) {
    const { source, claims, jti } = await this.identities.identify(token);
    const { models, name } = source;
    return this.uow.run(async (stores) => {
      await stores.events.holdInstallation();
      const now = await stores.now();
      const until = Math.max((claims.exp ?? 0) * 1_000, now) + REMEMBERED_MS;
      if (!(await stores.deliveries.useOnce(claims.iss ?? '', jti, until)))
        throw new DomainError(
          'unauthenticated',
          'ci_token_used',
          'This CI token was used before. Ask the CI system for a new one.',
        );
      const expiresAt = now + LASTS_MS;
      const issued = await issueToken(stores.tokens, {
        name: `ci:${name}`,
        scopes: SCOPES,
        models,
        expiresAt,
        // Whoever started the run has a hand in what it registers.
        owner: typeof claims['actor'] === 'string' && canonical(claims['actor']) ? claims['actor'] : null,
      });
      const told = [
        'repository',
        'repository_id',
        'ref',
        'sha',
        'run_id',
        'run_attempt',
        'job_workflow_ref',
        'actor',
      ];
      const run = Object.fromEntries(
        told.flatMap((key) => (claims[key] === undefined ? [] : [[key, claims[key]]])),
      );
      await stores.events.appendToInstallation({
        type: 'ci.logged_in',
        actor: `ci:${name}`,
        data: { id: issued.id, models, ...run },
      });
      return { token: issued.token, expiresAt: new Date(expiresAt).toISOString(), scopes: SCOPES, models };
    });
  }
}
