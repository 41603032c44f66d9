import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import { byUnit, callerText, dealArm, unitHash, unitName, type Ring, type Route } from '#libs/traffic';
import { requireModel, requireVersion } from '#libs/engine';
import { Scopes } from '../access/access.guard.ts';
import { modelParams, type ModelParams } from '../http/bodies/validation.ts';
import { WithRevisionTag } from '../http/revision-tag.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

const segmentName = z.string().min(1).max(63);
const unitQuery = z.object({
  unit: z
    .string()
    .max(16_384)
    .overwrite(callerText)
    .min(1, 'give the unit (user, session, device) to resolve for'),
  segment: z
    .union([segmentName, z.array(segmentName).max(20)])
    .optional()
    .describe(
      'Segments that the request is in by a header or its body, which are not known here; repeat it for several. Of lists of units it is known',
    ),
});

const target = z.looseObject({ version: z.int(), url: z.string() });
const routeAnswer = z
  .looseObject({
    model: z.string(),
    primary: target,
    candidate: target
      .extend({
        mode: z.enum(['shadow', 'canary']),
        weight: z.int().describe('Basis points: 1 is 0.01 %'),
        heldBack: z.boolean().optional().describe('The version before, for units at the top of the wheel'),
        rings: z
          .array(
            z.looseObject({
              segment: z.string(),
              share: z
                .int()
                .describe('Of its units: those below this place of the wheel have the version on trial'),
              judged: z.boolean().describe('It is on trial in the present step'),
            }),
          )
          .optional()
          .describe(
            'Segments that get the candidate before everybody does, as they were when their step began',
          ),
      })
      .nullable(),
    salt: z.string(),
    revision: z.int(),
    retired: z
      .looseObject({ reason: z.string(), since: z.string() })
      .optional()
      .describe('Callers get 410 with the reason; `primary` is the version that served last'),
  })
  .meta({ id: 'Route' });
const resolvedAnswer = z
  .looseObject({
    model: z.string(),
    unit: z.string(),
    arm: z.enum(['primary', 'candidate']),
    version: z.int(),
    url: z.string(),
    segments: z.array(z.string()).describe('Rings of the present rollout that it is in'),
    judged: z.boolean().describe('It is in its arm by lot, and counts as evidence'),
    artifact: z.looseObject({ uri: z.string(), digest: z.string() }).nullable(),
    revision: z.int(),
  })
  .meta({ id: 'ResolvedVersion' });

@ApiTags('routes')
@Controller('models/:model')
export class RoutesController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Get('route')
  @WithRevisionTag()
  @Scopes('read', 'publish', 'operate')
  @Answer(routeAnswer)
  @ApiOperation({ summary: 'What gateways serve by' })
  async show(@Param({ schema: modelParams }) { model: name }: ModelParams) {
    const { rolloutId: _r, outputSpec: _o, reading: _reading, candidate, ...route } = await this.find(name);
    if (candidate === null) return { ...route, candidate };
    const { outputSpec: _its, rings, ...target } = candidate;
    // Who is in them is in the model's segments; here it would be long.
    const shown = rings?.map(({ segment, share, judged }) => ({ segment, share, judged }));
    return { ...route, candidate: { ...target, ...(shown === undefined ? {} : { rings: shown }) } };
  }

  @Get('resolve')
  @Scopes('read', 'publish', 'operate')
  @Answer(resolvedAnswer)
  @ApiOperation({ summary: 'Which version a unit gets: for callers that no gateway stands before' })
  async resolve(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Query({ schema: unitQuery }) { unit, segment = [] }: z.infer<typeof unitQuery>,
  ) {
    const route = await this.find(name);
    if (route.retired)
      throw new DomainError(
        'gone',
        'model_retired',
        `"${name}" was retired on ${route.retired.since}: ${route.retired.reason}`,
      );
    const named = new Set([segment].flat());
    const isListed = byUnit(unitName(unit));
    const isIn = (ring: Ring): boolean => named.has(ring.segment) || isListed(ring);
    const { arm, isJudged } = dealArm(route, unitHash(route.salt, unitName(unit)), isIn);
    const segments = (route.candidate?.rings ?? []).filter(isIn).map((ring) => ring.segment);
    const { version, url } = arm === 'candidate' && route.candidate ? route.candidate : route.primary;
    const { artifact } = await this.uow.run(async (stores) =>
      requireVersion(stores, await requireModel(stores, name), version),
    );
    const judged = isJudged && route.rolloutId !== null;
    return { model: name, unit, arm, version, url, segments, judged, artifact, revision: route.revision };
  }

  private async find(name: string): Promise<Route> {
    const route = await this.uow.run(async (stores) =>
      stores.routes.find((await requireModel(stores, name)).id),
    );
    if (route) return route;
    throw new DomainError(
      'not_found',
      'route_not_found',
      `No version of "${name}" serves yet. Register one (POST /api/v1/models/{model}/versions) with "rollout": true.`,
    );
  }
}
