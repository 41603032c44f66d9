import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, Done, pageOf } from '../openapi/answer.ts';
import { modelAnswer } from './model.answer.ts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  type AskedOutputSpec,
  assertPolicyReads,
  deleteModel,
  editModel,
  ensureModel,
  lockModel,
  type Reach,
  renameModel,
  requireModel,
  settleOutputSpec,
  type By,
  type Stores,
} from '#libs/engine';
import { withoutUndefined } from '#libs/kernel';
import { parseKeptPolicy } from '#libs/rollout';
import type { OutputSpec } from '#libs/traffic';
import { Asking, Reaching, Scopes, Visible } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { assertUnchanged, IfMatch, WithEtag } from '../http/etag.ts';
import { warn } from '../http/problems/warn.ts';
import { modelParams, type ModelParams } from '../http/bodies/validation.ts';
import {
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import { PolicyWarner } from '../policies/policy-warner.ts';
import { listQuery, MODEL_LIST, nextPageToken, searchOf } from '../search/list-query.ts';
import { type ModelEdits, modelEdits, newModel } from './model.schema.ts';
import { listedModels, modelView, PASSING, shownModel } from './model.view.ts';

const modelsQuery = listQuery.extend({
  primaryOut: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: those whose primary answers nobody, or not everybody'),
});

@ApiTags('models')
@Controller('models')
export class ModelsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
    private readonly warner: PolicyWarner,
  ) {}

  @Post()
  @ModelIn('body')
  @Scopes('publish')
  @Answer(modelAnswer, { status: 201, description: 'Made' })
  @Answer(modelAnswer, { description: 'There already' })
  @ApiOperation({
    summary:
      'Create a model; when it exists, it is returned as it is with 200. A gate of its policy that could not be judged yet is named in the header Warning',
  })
  async create(
    @Body({ schema: newModel }) { name, ...more }: z.infer<typeof newModel>,
    @Asking() by: By,
    @Reaching() reach: Reach,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (more.policy !== undefined && more.policy !== null) assertPolicyReads(more.policy, null, reach);
    const { made, model } = await this.uow.run(async (stores) => {
      const isNew = await ensureModel(stores, name, by, more);
      return { made: isNew, model: await shownModel(stores, await requireModel(stores, name)) };
    });
    void reply.status(made ? 201 : 200).header('location', `/api/v1/models/${encodeURIComponent(name)}`);
    if (made && more.policy !== undefined && more.policy !== null)
      warn(reply, await this.warner.of(parseKeptPolicy(more.policy), reach, { name, prices: null }));
    return model;
  }

  @Get()
  @ModelIn('handler')
  @Scopes('read', 'publish', 'operate')
  @Answer(pageOf(modelAnswer))
  @ApiOperation({ summary: 'All models, by name unless `orderBy` says otherwise; `filter` as in MLflow' })
  async list(
    @Query({ schema: modelsQuery }) query: z.infer<typeof modelsQuery>,
    @Visible() models: readonly string[] | null,
  ) {
    const search = searchOf(query, MODEL_LIST, { attribute: 'name', descending: false });
    const primaryOut = query.primaryOut === 'true';
    return this.uow.read(async (stores) => {
      const found = await stores.models.search({ ...search, models, primaryOut });
      return { items: await listedModels(stores, found.items), nextPageToken: nextPageToken(found) };
    });
  }

  @Get(':model')
  @WithEtag(PASSING)
  @Scopes('read', 'publish', 'operate')
  @Answer(modelAnswer)
  @ApiOperation({ summary: 'One model' })
  async show(@Param({ schema: modelParams }) { model }: ModelParams) {
    return this.uow.read(async (stores) => shownModel(stores, await requireModel(stores, model)));
  }

  @Patch(':model')
  @WithEtag(PASSING)
  @Scopes('publish', 'operate')
  @Answer(modelAnswer)
  @ApiOperation({
    summary:
      'Change name, description, tags (null removes one), how versions from MLflow are released, or the output spec of versions that bring none',
  })
  async edit(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: modelEdits }) body: ModelEdits,
    @IfMatch() ifMatch: string | null,
    @Asking() by: By,
  ) {
    const outputSpec = await this.settled(model, body.outputSpec);
    return this.uow.run(async (stores) => {
      if (body.name !== undefined) await stores.models.claimName(body.name);
      await this.unchanged(stores, model, ifMatch);
      const { name = model, ...edit } = { ...body, outputSpec };
      const renamed = name === model ? null : await renameModel(stores, model, name, by);
      if (renamed && Object.values(edit).every((part) => part === undefined))
        return shownModel(stores, renamed);
      return shownModel(stores, await editModel(stores, name, toEdit(edit), by, this.ports.deployer));
    });
  }

  @Delete(':model')
  @HttpCode(204)
  @Scopes('publish', 'operate')
  @Done()
  @ApiOperation({
    summary: 'Delete a model of which nothing serves; its record stays, its name is free again',
  })
  async remove(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @IfMatch() ifMatch: string | null,
    @Asking() by: By,
  ): Promise<void> {
    await this.uow.run(async (stores) => {
      await this.unchanged(stores, model, ifMatch);
      await deleteModel(stores, model, by);
    });
  }

  /** A preset by its name and kind: no version answers yet that it could follow from. */
  private async settled(model: string, outputSpec: AskedOutputSpec) {
    const nothing = { servingUrls: [], signature: null };
    return outputSpec === undefined
      ? undefined
      : (await settleOutputSpec(this.ports, model, { ...nothing, outputSpec })).spec;
  }

  private async unchanged(stores: Stores, name: string, ifMatch: string | null): Promise<void> {
    await assertUnchanged(ifMatch, async () => modelView(await lockModel(stores, name)));
  }
}

type Edits = Omit<ModelEdits, 'name' | 'outputSpec'> & { readonly outputSpec: OutputSpec | null | undefined };
function toEdit({ description, tags, ...release }: Edits) {
  const set = withoutUndefined(release);
  return { description, tags, ...(Object.keys(set).length === 0 ? {} : { releaseSettings: set }) };
}
