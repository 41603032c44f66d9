import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import { chooseArm, unitName, type Route } from '#libs/traffic';
import { requireModel, requireVersion } from '#libs/engine';
import { Scopes } from '../access/access.guard.ts';
import { modelParams, type ModelParams } from '../http/validation.ts';
import { WithRevisionTag } from '../http/revision-tag.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

const unitQuery = z.object({
  unit: z.string().min(1, 'give the unit (user, session, device) to resolve for').max(16_384),
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
      })
      .nullable(),
    salt: z.string(),
    revision: z.int(),
  })
  .meta({ id: 'Route' });
const resolvedAnswer = z
  .looseObject({
    model: z.string(),
    unit: z.string(),
    arm: z.enum(['primary', 'candidate']),
    version: z.int(),
    url: z.string(),
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
    const { outputSpec: _its, ...target } = candidate;
    return { ...route, candidate: target };
  }

  @Get('resolve')
  @Scopes('read', 'publish', 'operate')
  @Answer(resolvedAnswer)
  @ApiOperation({ summary: 'Which version a unit gets: for callers that no gateway stands before' })
  async resolve(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Query({ schema: unitQuery }) { unit }: z.infer<typeof unitQuery>,
  ) {
    const route = await this.find(name);
    const arm = chooseArm(route, unitName(unit));
    const { version, url } = arm === 'candidate' && route.candidate ? route.candidate : route.primary;
    const { artifact } = await this.uow.run(async (stores) =>
      requireVersion(stores, await requireModel(stores, name), version),
    );
    return { model: name, unit, arm, version, url, artifact, revision: route.revision };
  }

  private async find(name: string): Promise<Route> {
    const route = await this.uow.run(async (stores) =>
      stores.routes.find((await requireModel(stores, name)).id),
    );
    if (route) return route;
    throw new DomainError(
      'not_found',
      'route_not_found',
      `No version of "${name}" serves yet. Register one with "rollout": true.`,
    );
  }
}
