import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { lockModel, replaceSegments, requireModel } from '#libs/engine';
import { Actor, Scopes } from '../access/access.guard.ts';
import { assertUnchanged, IfMatch, WithEtag } from '../http/etag.ts';
import { modelParams, type ModelParams } from '../http/bodies/validation.ts';
import { Answer } from '../openapi/answer.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { assertNoNewCredentials, callerSegments, segments, segmentsView } from './segments.schema.ts';

/** Named groups of a model's callers. A document of its own, as a list of units may be long. */
@ApiTags('models')
@Controller('models/:model/segments')
export class SegmentsController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Get()
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(segments)
  @ApiOperation({ summary: 'Named groups of the callers of this model' })
  show(@Param({ schema: modelParams }) { model }: ModelParams) {
    return this.uow.read(async (stores) =>
      segmentsView(await stores.segments.of((await requireModel(stores, model)).id)),
    );
  }

  @Put()
  @WithEtag()
  @Scopes('operate')
  @Answer(segments)
  @ApiOperation({
    summary:
      'Replace the named groups of callers, by the values of a header or of a place in the body, or by a list of units; {} takes all away',
  })
  replace(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Body({ schema: segments }) body: z.infer<typeof segments>,
    @IfMatch() ifMatch: string | null,
    @Actor() actor: string,
  ) {
    return this.uow.run(async (stores) => {
      const model = await lockModel(stores, name);
      const kept = await stores.segments.of(model.id);
      await assertUnchanged(ifMatch, () => segmentsView(kept));
      assertNoNewCredentials(body, kept);
      await replaceSegments(stores, model, callerSegments(body), { actor });
      return segmentsView(await stores.segments.of(model.id));
    });
  }
}
