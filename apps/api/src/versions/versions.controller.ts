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
import { registeredAnswer, versionAnswer } from './version.answer.ts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  deleteVersion,
  editVersion,
  lockModel,
  registerVersion,
  replaceOutputSpec,
  requireModel,
  setServing,
  settleOutputSpec,
  type AskedOutputSpec,
  type By,
  type NewVersion,
  type Reach,
  type Stores,
} from '#libs/engine';
import { Actor, Asking, Reaching, Scopes } from '../access/access.guard.ts';
import { assertUnchanged, IfMatch, WithEtag } from '../http/etag.ts';
import {
  modelParams,
  reason,
  tagEdits,
  versionParams,
  type ModelParams,
  type VersionParams,
} from '../http/bodies/validation.ts';
import {
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import { listQuery, type ListQuery, nextPageToken, searchOf, VERSION_LIST } from '../search/list-query.ts';
import { askedOutputSpec } from './output-spec.schema.ts';
import { servingEdits, withServingEdit } from './serving-urls.schema.ts';
import { healthPath, newVersion } from './version.schema.ts';
import { shownRegistered, view } from './shown-version.ts';
import { versionView } from './version.view.ts';

const edits = z
  .strictObject({
    description: z.string().max(10_000).optional(),
    tags: tagEdits.optional(),
    outputSpec: askedOutputSpec
      .nullable()
      .optional()
      .describe('Corrects it: an operator, with a `reason`, while no rollout of the model runs'),
    ...servingEdits,
    healthPath: healthPath.nullable().optional(),
    reason: reason.default(''),
  })
  .transform(withServingEdit);

@ApiTags('versions')
@Controller('models/:model/versions')
export class VersionsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
  ) {}

  @Post()
  @Scopes('publish')
  @Answer(registeredAnswer, { status: 201, description: 'Registered' })
  @ApiOperation({
    summary:
      "Register a version, and start its rollout when `rollout` says so; its own policy may only tighten the model's (403 policy_looser)",
  })
  async register(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: newVersion }) body: NewVersion,
    @Asking() by: By,
    @Reaching() reach: Reach,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    let shown: Awaited<ReturnType<typeof shownRegistered>> | undefined;
    const { version } = await registerVersion(
      this.ports,
      model,
      { ...body, reach },
      by,
      async (stores, registered) => {
        shown = await shownRegistered(stores, model, registered);
      },
    );
    void reply.header('location', `/api/v1/models/${encodeURIComponent(model)}/versions/${version.version}`);
    return shown;
  }

  @Get()
  @Scopes('read', 'publish', 'operate')
  @Answer(pageOf(versionAnswer))
  @ApiOperation({
    summary: 'The versions of a model, newest first unless `orderBy` says otherwise; `filter` as in MLflow',
  })
  async list(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Query({ schema: listQuery }) query: ListQuery,
  ) {
    const search = searchOf(query, VERSION_LIST, { attribute: 'version_number', descending: true });
    return this.uow.read(async (stores) => {
      const model = await requireModel(stores, name);
      const live = await stores.rollouts.findLive(model.id);
      const found = await stores.versions.search(search, model.id);
      const numbers = found.items.map((v) => v.version);
      const latest = await stores.versions.latestMetrics(model.id, numbers);
      const deployments = await stores.deployments.ofVersions(model.id, numbers);
      const known = (version: number) => ({
        metrics: latest.get(version),
        deployment: deployments.get(version),
      });
      return {
        items: found.items.map((v) => versionView(v, model, live, known(v.version))),
        nextPageToken: nextPageToken(found),
      };
    });
  }

  @Get(':version')
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(versionAnswer)
  @ApiOperation({ summary: 'One version' })
  async show(@Param({ schema: versionParams }) params: VersionParams) {
    return this.uow.read((stores) => view(stores, params));
  }

  @Patch(':version')
  @WithEtag()
  @Scopes('publish', 'operate')
  @Answer(versionAnswer)
  @ApiOperation({
    summary:
      'Change the description or tags of a version, say where it answers while nothing runs on it, or (operators) correct its output spec; the rest of it never changes',
  })
  async edit(
    @Param({ schema: versionParams }) params: VersionParams,
    @Body({ schema: edits }) body: z.infer<typeof edits>,
    @IfMatch() ifMatch: string | null,
    @Asking() by: By,
  ) {
    const { model, version } = params;
    const { outputSpec: asked, servingUrls, healthPath, reason: why, ...edit } = body;
    const outputSpec = asked === undefined ? undefined : await this.settled(params, asked);
    return this.uow.run(async (stores) => {
      await unchanged(stores, params, ifMatch);
      if (outputSpec !== undefined)
        await replaceOutputSpec(stores, model, version, { outputSpec, reason: why }, by);
      if (servingUrls !== undefined || healthPath !== undefined)
        await setServing(stores, model, version, { servingUrls, healthPath, reason: why }, by);
      await editVersion(stores, model, version, edit, by.actor);
      return view(stores, params);
    });
  }

  /** The spec that is asked for, tried on real answers of the version as when it was registered. */
  private async settled(params: VersionParams, outputSpec: AskedOutputSpec) {
    const { servingUrls, signature } = await this.uow.read((stores) => view(stores, params));
    return (await settleOutputSpec(this.ports, params.model, { servingUrls, signature, outputSpec })).spec;
  }

  @Delete(':version')
  @HttpCode(204)
  @Scopes('publish', 'operate')
  @Done()
  @ApiOperation({
    summary:
      'Delete a version that does not serve, is in no live rollout and is not what a rollback would go back to; its record stays',
  })
  async remove(
    @Param({ schema: versionParams }) params: VersionParams,
    @IfMatch() ifMatch: string | null,
    @Actor() actor: string,
  ): Promise<void> {
    await this.uow.run(async (stores) => {
      await unchanged(stores, params, ifMatch);
      await deleteVersion(stores, params.model, params.version, actor);
    });
  }
}

/** Nobody else can change it then, until the transaction ends. */
async function unchanged(stores: Stores, params: VersionParams, ifMatch: string | null): Promise<void> {
  await assertUnchanged(ifMatch, async () => {
    await lockModel(stores, params.model);
    return view(stores, params);
  });
}
