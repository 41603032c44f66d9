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
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DEFAULT_POLICY_DOCUMENT, parsePolicy } from '#libs/rollout';
import {
  deleteModel,
  editModel,
  ensureModel,
  lockModel,
  requireModel,
  setCallerRules,
  type ModelRecord,
} from '#libs/engine';
import { DEFAULT_CALLER_RULES } from '#libs/traffic';
import { Actor, Scopes } from '../http/access.guard.ts';
import {
  modelName,
  modelParams,
  pageQuery,
  tagEdits,
  tags,
  type ModelParams,
  type PageQuery,
} from '../http/validation.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { callerRules, callers, callersView } from './callers.schema.ts';
import { goldenRequests } from './golden.schema.ts';

const newModel = z.strictObject({
  name: modelName,
  description: z.string().max(10_000).default(''),
  tags: tags.default({}),
  /** The policy of its rollouts; the default policy when left out. */
  policy: z.unknown().optional(),
});

const edits = z.strictObject({ description: z.string().max(10_000).optional(), tags: tagEdits.optional() });

function modelView({
  name,
  description,
  tags: labels,
  primary,
  policy,
  callers: rules,
  createdAt,
  updatedAt,
}: ModelRecord) {
  return {
    name,
    description,
    tags: labels,
    primary,
    policy: policy ?? DEFAULT_POLICY_DOCUMENT,
    callers: callersView(rules ?? DEFAULT_CALLER_RULES),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

@ApiTags('models')
@Controller('models')
export class ModelsController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Post()
  @Scopes('publish')
  @ApiOperation({ summary: 'Create a model; when it exists, it is returned as it is with 200' })
  async create(
    @Body({ schema: newModel }) { name, ...more }: z.infer<typeof newModel>,
    @Actor() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uow.run(async (stores) => {
      const made = await ensureModel(stores, name, actor, more);
      void reply.status(made ? 201 : 200).header('location', `/api/v1/models/${encodeURIComponent(name)}`);
      return modelView(await requireModel(stores, name));
    });
  }

  @Get()
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({ summary: 'All models, by name' })
  async list(@Query({ schema: pageQuery }) page: PageQuery) {
    const { items, nextPageToken } = await this.uow.run((stores) => stores.models.list(page));
    return { items: items.map(modelView), nextPageToken };
  }

  @Get(':model')
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({ summary: 'One model' })
  async show(@Param({ schema: modelParams }) { model }: ModelParams) {
    return modelView(await this.uow.run((stores) => requireModel(stores, model)));
  }

  @Patch(':model')
  @Scopes('publish', 'operate')
  @ApiOperation({ summary: 'Change the description or tags of a model; a tag that is null is removed' })
  async edit(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: edits }) body: z.infer<typeof edits>,
    @Actor() actor: string,
  ) {
    return modelView(await this.uow.run((stores) => editModel(stores, model, body, actor)));
  }

  @Delete(':model')
  @HttpCode(204)
  @Scopes('publish', 'operate')
  @ApiOperation({
    summary: 'Delete a model of which nothing serves; its record stays, its name is free again',
  })
  async remove(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Actor() actor: string,
  ): Promise<void> {
    await this.uow.run((stores) => deleteModel(stores, model, actor));
  }

  @Get(':model/policy')
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({ summary: 'The policy that new rollouts of this model follow' })
  async policy(@Param({ schema: modelParams }) params: ModelParams) {
    return (await this.show(params)).policy;
  }

  @Put(':model/policy')
  @Scopes('operate')
  @ApiOperation({ summary: 'Replace the policy; rollouts that run keep the copy they started with' })
  async replacePolicy(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Body() policy: unknown,
    @Actor() actor: string,
  ) {
    parsePolicy(policy);
    return this.uow.run(async (stores) => {
      const model = await lockModel(stores, name);
      await stores.models.update(model.id, { policy });
      await stores.events.append({
        modelId: model.id,
        rolloutId: null,
        type: 'model.policy_replaced',
        actor,
        data: { policy },
      });
      return policy;
    });
  }

  @Get(':model/callers')
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({ summary: 'How gateways tell the callers of this model apart' })
  async callers(@Param({ schema: modelParams }) params: ModelParams) {
    return (await this.show(params)).callers;
  }

  @Put(':model/callers')
  @Scopes('operate')
  @ApiOperation({
    summary:
      'Replace where the unit of a request is read (a header, a cookie or a JSON path), and whether it may be repeated',
  })
  async replaceCallers(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: callers }) body: z.infer<typeof callers>,
    @Actor() actor: string,
  ) {
    return callersView(
      await this.uow.run((stores) => setCallerRules(stores, model, callerRules(body), actor)),
    );
  }

  @Get(':model/golden')
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({ summary: 'The golden requests of a model' })
  async golden(@Param({ schema: modelParams }) { model }: ModelParams) {
    return { items: (await this.uow.run((stores) => requireModel(stores, model))).golden ?? [] };
  }

  @Put(':model/golden')
  @Scopes('publish', 'operate')
  @ApiOperation({ summary: 'Replace the golden requests: what every version must answer before any traffic' })
  async replaceGolden(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Body({ schema: goldenRequests }) { items }: z.infer<typeof goldenRequests>,
    @Actor() actor: string,
  ) {
    return this.uow.run(async (stores) => {
      const model = await lockModel(stores, name);
      await stores.models.update(model.id, { golden: items });
      const event = { modelId: model.id, rolloutId: null, type: 'model.golden_replaced', actor };
      await stores.events.append({ ...event, data: { items } });
      return { items };
    });
  }
}
