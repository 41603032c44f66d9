import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import { rolloutAnswer } from '../rollouts/rollout.answer.ts';
import { z } from 'zod';
import {
  goBack,
  MODEL_ACTIONS,
  type MovedPrimary,
  possibleModelActions,
  promoteAtOnce,
  requireModel,
  retireModel,
  serveAgain,
  VERSION_ACTIONS,
} from '#libs/engine';
import { modelAnswer } from '../models/model.answer.ts';
import { shownModel } from '../models/model.view.ts';
import { Actor, Scopes } from '../access/access.guard.ts';
import { modelParams, requiredReason, unlessRepeated, type ModelParams } from '../http/bodies/validation.ts';
import { REGISTER_VERSION_PORTS, type RegisterVersionPorts } from '../ports.ts';
import { SeenRevision } from '../http/revision-tag.ts';
import { shownSince } from '../rollouts/rollout.view.ts';

const why = requiredReason();
/** Send callers there whether the server is ready or not. */
const force = z.boolean().default(false);
const promotion = z.strictObject({
  ...{ version: z.int().min(1), reason: why, force },
  overrideFreeze: z
    .boolean()
    .optional()
    .describe(
      'Although a freeze window is open; false: 409 frozen there. Left out, it goes through for one release more, and `outcome` says so',
    ),
});
const rollback = z.strictObject({
  version: z.int().min(1).nullable().default(null),
  reason: why,
  from: z
    .int()
    .min(1)
    .optional()
    .describe('The version to go back from, as you saw it: when it has left by now, nothing is done'),
  unlessRepeated,
  force,
});

const retirement = z.strictObject({
  reason: requiredReason('say why; callers are told it, and it is kept with the event'),
});
const unretirement = z.strictObject({
  version: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('The version that is to serve; null: the last proven one that served'),
  reason: why,
  force,
});
const retiredAnswer = z
  .looseObject({
    model: modelAnswer,
    ended: z.array(z.string()).describe('Rollouts that ended by it'),
    outcome: z.string(),
  })
  .meta({ id: 'RetiredModel' });

const movedAnswer = z
  .looseObject({ primary: z.int().nullable(), rollout: rolloutAnswer.nullable(), outcome: z.string() })
  .meta({ id: 'MovedPrimary' });

const versionQuery = z.object({
  version: z.coerce
    .number({ error: 'not a number' })
    .pipe(z.int().min(1).max(1_000_000_000))
    .optional()
    .describe('Also: may this version be released, or promoted at once?'),
});
const actionsAnswer = z
  .looseObject({
    model: z.string(),
    version: z.int().nullable(),
    actions: z.array(
      z.looseObject({
        action: z.enum([...MODEL_ACTIONS, ...VERSION_ACTIONS]),
        possible: z.boolean(),
        code: z
          .string()
          .nullable()
          .describe('What it would be refused with; `so_already`: it would change nothing'),
        because: z.string().nullable().describe('Why it is not possible now; null: it is'),
      }),
    ),
  })
  .meta({ id: 'ModelActions' });

/** The admin's buttons. All act in the request itself: no queue, no worker. */
@ApiTags('primary')
@Controller('models/:model')
export class PrimaryController {
  constructor(@Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts) {}

  @Get('actions')
  @Scopes('read', 'publish', 'operate')
  @Answer(actionsAnswer)
  @ApiOperation({
    summary:
      'What an admin may do to a model now, and why not the rest: decided by what carries it out. Whether a server is ready in this second is asked when it is done',
  })
  async actions(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Query({ schema: versionQuery }) { version }: z.infer<typeof versionQuery>,
  ) {
    const all = await this.ports.uow.read(async (stores) =>
      possibleModelActions(stores, await requireModel(stores, name), version ?? null),
    );
    const actions = all.map(({ action, hindrance }) => ({
      ...{ action, possible: hindrance === null },
      ...{ code: hindrance?.code ?? null, because: hindrance?.detail ?? null },
    }));
    return { model: name, version: version ?? null, actions };
  }

  @Post('promote')
  @HttpCode(200)
  @Scopes('admin')
  @Answer(movedAnswer)
  @ApiOperation({
    summary:
      'Make a version primary at once, without steps; 409 when its server is not ready, unless `force`, and while a freeze window is open, unless `overrideFreeze`. Say what you saw by If-Match with the ETag of the route',
  })
  async promote(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: promotion }) body: z.infer<typeof promotion>,
    @Actor() actor: string,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    const { version, ...word } = body;
    return this.view(await promoteAtOnce(this.ports, model, version, { ...word, actor, revision }));
  }

  @Post('rollback')
  @HttpCode(200)
  @Scopes('admin')
  @Answer(movedAnswer)
  @ApiOperation({
    summary:
      'Go back at once: a candidate leaves the traffic, or the last proven primary that answers (or the named version) serves again; 409 when nobody answers there, unless `force`. Say what you saw by `from`, or by If-Match with the ETag of the route; without, a repeat within ten seconds does nothing, and `outcome` says so',
  })
  async rollback(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: rollback }) body: z.infer<typeof rollback>,
    @Actor() actor: string,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    const { version, ...word } = body;
    return this.view(await goBack(this.ports, model, version, { ...word, actor, revision }));
  }

  @Post('retire')
  @HttpCode(200)
  @Scopes('admin')
  @Answer(retiredAnswer)
  @ApiOperation({
    summary:
      'Take a model out of service on purpose: callers get 410 with the reason, its rollouts end, none starts until it serves again. A repeat changes nothing. Say what you saw by If-Match with the ETag of the route',
  })
  async retire(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Body({ schema: retirement }) { reason }: z.infer<typeof retirement>,
    @Actor() actor: string,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    return this.ports.uow.run(async (stores) => {
      const { ended, outcome } = await retireModel(stores, name, { reason, actor, revision });
      return { model: await shownModel(stores, await requireModel(stores, name)), ended, outcome };
    });
  }

  @Post('unretire')
  @HttpCode(200)
  @Scopes('admin')
  @Answer(movedAnswer)
  @ApiOperation({
    summary:
      'Have a retired model serve again: the last proven version that served, or the named one; 409 when nobody answers there, unless `force`. One that is not running is deployed first. A repeat changes nothing. Say what you saw by If-Match with the ETag of the route',
  })
  async unretire(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: unretirement }) body: z.infer<typeof unretirement>,
    @Actor() actor: string,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    const { version, ...word } = body;
    return this.view(await serveAgain(this.ports, model, version, { ...word, actor, revision }));
  }

  private async view(moved: MovedPrimary) {
    return { ...moved, rollout: moved.rollout && (await shownSince(this.ports.uow, moved.rollout)) };
  }
}
