import { Body, Controller, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import { z } from 'zod';
import { expandedPolicy, parsePolicy, planOf } from '#libs/rollout';
import { effectivePolicy, newOrKeptPolicy, policyHash, type Reach, requireModel } from '#libs/engine';
import { Reaching, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { changesTo, comparedAnswer, trafficOf } from './compared-policy.ts';
import { PolicyWarner } from './policy-warner.ts';

const planQuery = z.object({
  /** The model's traffic: with it the plan says how long the requests take to come. */
  requestsPerSecond: z.coerce.number({ error: 'not a number' }).positive().max(1e9).optional(),
  /** Distinct units (users, sessions) that call it in the time of a step: with it the plan says which proof so few cannot give. */
  callers: z.coerce.number({ error: 'not a number' }).int().positive().max(1e9).optional(),
  model: z
    .string()
    .min(1)
    .max(250)
    .optional()
    .describe(
      'A model that may get it: its traffic counts where none is said, and `model` says what would change for it',
    ),
});

const planAnswer = z
  .looseObject({
    valid: z.literal(true),
    hash: z.string(),
    warnings: z
      .array(
        z.looseObject({
          code: z.enum([
            ...['gate_unconfigured', 'gate_url_refused', 'gate_never_judges'],
            ...['ring_not_counted', 'step_too_slow', 'prices_missing'],
          ] as const),
          pointer: z.string(),
          detail: z.string(),
        }),
      )
      .describe(
        'What is no mistake, and would have a release by this policy refused, or a gate of it read nothing, as things are set up now, or never by this policy',
      ),
    model: comparedAnswer.nullable().optional().describe('null: no model was named'),
    plan: z.looseObject({
      steps: z.array(
        z.looseObject({
          kind: z.string(),
          title: z.string(),
          what: z.string(),
          gates: z.array(z.string()),
          leastMs: z.number(),
          mostMs: z.number().nullable(),
        }),
      ),
      leastMs: z.number(),
      mostMs: z.number().nullable(),
      text: z.array(z.string()).describe('The same in words, a line for each step'),
    }),
  })
  .meta({ id: 'Plan' });

@ApiTags('policies')
@Controller('policies')
@ModelIn('query or none')
export class PoliciesController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    private readonly warner: PolicyWarner,
  ) {}

  @Post('validate')
  @HttpCode(200)
  @Scopes('read', 'publish', 'operate')
  @ApiConsumes('application/json', 'application/yaml')
  @Answer(planAnswer)
  @ApiOperation({
    summary: 'Check a policy (JSON or YAML): 422 with the place of every mistake, or the plan in words',
  })
  async validate(
    @Body() document: unknown,
    @Query({ schema: planQuery }) { model, ...asked }: z.infer<typeof planQuery>,
    @Reaching() reach: Reach,
  ) {
    const known = model === undefined ? null : await this.known(model, document);
    const policy = known?.policy ?? parsePolicy(document);
    const requestsPerSecond = asked.requestsPerSecond ?? known?.requestsPerSecond ?? null;
    const callers = asked.callers ?? known?.callers ?? null;
    const warnings = await this.warner.of(policy, reach, known?.of ?? null, requestsPerSecond);
    const plan = planOf(policy, requestsPerSecond, callers);
    const { of: _of, policy: _policy, ...compared } = known ?? { of: null, policy };
    const hash = policyHash(expandedPolicy(document));
    return { valid: true, hash, warnings, model: known && compared, plan };
  }

  /** The very policy that a model has already is read as `PUT` reads it. */
  private known(name: string, document: unknown) {
    return this.uow.read(async (stores) => {
      const model = await requireModel(stores, name);
      const policy = newOrKeptPolicy(document, effectivePolicy(model));
      return { of: model, policy, ...(await trafficOf(stores, model)), changes: changesTo(model, policy) };
    });
  }
}
