import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { PLANE_KINDS } from '#libs/gateway-protocol';
import { PLANE_FEEDS } from '#libs/traffic';
import { Scopes } from '../access/access.guard.ts';
import { Answer, nullableTime, time } from '../openapi/answer.ts';
import { PLANE_ABOUTS, type PlaneAbouts, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { fleetView, PLANE_STATES } from './fleet.view.ts';
import { sharedLook } from './shared-look.ts';

const LATELY_MS = 24 * 3_600_000;
const MOST_NAMED = 20;

const said = z.number().nullable();
const planeAnswer = z
  .looseObject({
    id: z.string().describe('`GATEWAY_ID`'),
    state: z
      .enum(PLANE_STATES)
      .describe(
        'serving; behind: alive, and it has not acknowledged a route that was published more than 3 s ago: steps of that model wait for it; silent: not heard of for `silentAfterMs`: nobody waits for it; reporting: it brings what others have counted, and serves nobody',
      ),
    heardAt: nullableTime,
    kind: z
      .enum(PLANE_KINDS)
      .nullable()
      .describe('What it is; null, here and below: it does not say, as releases of before'),
    release: z.string().nullable().describe('The release of Understudy that it runs'),
    routesAgeMs: said.describe('How long before it said so its routes were known to be the newest ones'),
    lostRequests: said.describe('Requests whose evidence it has lost since it started'),
    droppedCopies: said.describe('Copies of shadows that it has not made since it started'),
    proxies: said.describe('Envoys that have their routes from it'),
    acknowledged: z.int().describe('Models of whose route it has acknowledged some revision'),
    behind: z.int().describe('Models whose newest revision it has not acknowledged'),
    firstBehind: z
      .array(z.looseObject({ model: z.string(), revision: z.int(), newest: z.int(), publishedAt: time }))
      .describe('The first 20 of them, published longest ago first; `revision` 0: none yet'),
  })
  .meta({ id: 'DataPlane' });
const fleetAnswer = z
  .looseObject({
    at: time.describe('When it was looked up: some seconds ago where that takes long, 10 s at most'),
    models: z.int().describe('That have a route'),
    silentAfterMs: z.int(),
    planes: z
      .array(planeAnswer)
      .describe('Gateways, xDS servers with their Envoys, Kubernetes routers, by name'),
    feeds: z.array(z.enum(PLANE_FEEDS)).describe('What some connected data plane feeds gates with'),
    workers: z.looseObject({
      alive: z.boolean().describe('One has spoken in the last 30 s'),
      heardAt: nullableTime.describe('When one spoke last; null: none did in the last day'),
      judges: z.array(z.string()).describe('What they can ask beside counts: judge, embedder, source:<name>'),
    }),
  })
  .meta({ id: 'Fleet' });

/** Who serves and who works. */
@ApiTags('fleet')
@Controller('fleet')
export class FleetController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(PLANE_ABOUTS) private readonly abouts: PlaneAbouts,
  ) {}

  @Get()
  @Scopes('read', 'operate')
  @Answer(fleetAnswer)
  @ApiOperation({
    summary:
      'Data planes that were heard of in the last day, their releases, the routes that they have acknowledged, what they have dropped, and whether workers are there',
  })
  show() {
    return this.look();
  }

  private readonly look = sharedLook(async () => {
    const abouts = await this.abouts.ofPresent();
    return this.uow.read(async ({ fleet, now }) => {
      const planes = await fleet.planes(LATELY_MS, MOST_NAMED);
      const told = await fleet.abilities(LATELY_MS);
      return fleetView({ planes, abouts, told, routed: await fleet.routed() }, await now());
    });
  });
}
