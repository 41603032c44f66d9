import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { requireModel } from '#libs/engine';
import { Scopes } from '../access/access.guard.ts';
import { modelParams, type ModelParams, pageQuery, versionNumber } from '../http/bodies/validation.ts';
import { Answer, nullableTime, pageOf, time } from '../openapi/answer.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

const timesQuery = pageQuery.extend({
  version: versionNumber.optional().describe('When this version was; left out: all of the model'),
});
const primaryTimeAnswer = z
  .looseObject({
    version: z.int(),
    since: time,
    until: nullableTime.describe('null: it serves'),
    wasReplaced: z
      .boolean()
      .nullable()
      .describe('true: a newer one took its place; false: it was taken off; null: it serves'),
    proven: z.boolean().describe('Its bake ended well, it had none to pass, or an admin put it there'),
    refutedBy: z
      .int()
      .nullable()
      .describe('The version whose rollback took the proof of these bytes away; null: none has'),
    next: z.int().nullable().describe('The version that was primary next; null: none was, yet'),
    rolloutId: z
      .string()
      .nullable()
      .describe(
        'The rollout that made it primary, or whose end gave it its place back; null: it is not known',
      ),
  })
  .meta({ id: 'PrimaryTime' });

/** Which version served when. */
@ApiTags('primary')
@Controller('models/:model/primaries')
export class PrimariesController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Get()
  @Scopes('read', 'publish', 'operate')
  @Answer(pageOf(primaryTimeAnswer))
  @ApiOperation({ summary: 'When which version was primary, the newest time first' })
  async list(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Query({ schema: timesQuery }) { version, ...page }: z.infer<typeof timesQuery>,
  ) {
    const { items, nextPageToken } = await this.uow.read(async (stores) => {
      const { id } = await requireModel(stores, name);
      return stores.models.primaryTimes(id, version ?? null, page);
    });
    const shown = items.map(({ since, until, ...rest }) => ({
      ...rest,
      since: new Date(since).toISOString(),
      until: until === null ? null : new Date(until).toISOString(),
    }));
    return { items: shown, nextPageToken };
  }
}
