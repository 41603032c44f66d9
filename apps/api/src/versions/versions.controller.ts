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
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  deleteVersion,
  editVersion,
  registerVersion,
  requireModel,
  requireVersion,
  type NewVersion,
} from '#libs/engine';
import { DEFAULT_POLICY_DOCUMENT, mlTestScore, parsePolicy } from '#libs/rollout';
import { Actor, Scopes } from '../http/access.guard.ts';
import {
  modelParams,
  pageQuery,
  tagEdits,
  versionParams,
  type ModelParams,
  type PageQuery,
  type VersionParams,
} from '../http/validation.ts';
import {
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import { rolloutView } from '../rollouts/rollout.view.ts';
import { metrics, newVersion } from './version.schema.ts';
import { versionView } from './version.view.ts';

const edits = z.strictObject({ description: z.string().max(10_000).optional(), tags: tagEdits.optional() });
const metricsBody = z.strictObject({ metrics, step: z.int().min(0).default(0) });

@ApiTags('versions')
@Controller('models/:model/versions')
export class VersionsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
  ) {}

  @Post()
  @Scopes('publish')
  @ApiOperation({ summary: 'Register a version, and start its rollout when `rollout` says so' })
  async register(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: newVersion }) body: NewVersion,
    @Actor() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { version, rollout } = await registerVersion(this.ports, model, body, actor);
    void reply.header('location', `/api/v1/models/${encodeURIComponent(model)}/versions/${version.version}`);
    const view = await this.show({ model, version: version.version });
    return { ...view, rollout: rollout && rolloutView(rollout) };
  }

  @Get()
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({ summary: 'The versions of a model, newest first' })
  async list(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Query({ schema: pageQuery }) page: PageQuery,
  ) {
    return this.uow.run(async (stores) => {
      const model = await requireModel(stores, name);
      const live = await stores.rollouts.findLive(model.id);
      const { items, nextPageToken } = await stores.versions.list(model.id, page);
      const latest = await stores.versions.latestMetrics(
        model.id,
        items.map((v) => v.version),
      );
      return {
        items: items.map((v) => versionView(v, model, live, latest.get(v.version) ?? {})),
        nextPageToken,
      };
    });
  }

  @Get(':version')
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({ summary: 'One version' })
  async show(@Param({ schema: versionParams }) { model: name, version: number }: VersionParams) {
    return this.uow.run(async (stores) => {
      const model = await requireModel(stores, name);
      const version = await requireVersion(stores, model, number);
      const latest = await stores.versions.latestMetrics(model.id, [number]);
      return versionView(version, model, await stores.rollouts.findLive(model.id), latest.get(number) ?? {});
    });
  }

  @Patch(':version')
  @Scopes('publish', 'operate')
  @ApiOperation({ summary: 'Change the description or tags of a version; the rest of it never changes' })
  async edit(
    @Param({ schema: versionParams }) params: VersionParams,
    @Body({ schema: edits }) body: z.infer<typeof edits>,
    @Actor() actor: string,
  ) {
    await this.uow.run((stores) => editVersion(stores, params.model, params.version, body, actor));
    return this.show(params);
  }

  @Delete(':version')
  @HttpCode(204)
  @Scopes('publish', 'operate')
  @ApiOperation({
    summary: 'Delete a version that neither serves nor is in a live rollout; its record stays',
  })
  async remove(
    @Param({ schema: versionParams }) params: VersionParams,
    @Actor() actor: string,
  ): Promise<void> {
    await this.uow.run((stores) => deleteVersion(stores, params.model, params.version, actor));
  }

  @Post(':version/metrics')
  @HttpCode(200)
  @Scopes('publish')
  @ApiOperation({
    summary: 'Add evaluation metrics to a version; the same name and step again replaces the value',
  })
  async addMetrics(
    @Param({ schema: versionParams }) params: VersionParams,
    @Body({ schema: metricsBody }) body: z.infer<typeof metricsBody>,
  ) {
    await this.uow.run(async (stores) => {
      const model = await requireModel(stores, params.model);
      await requireVersion(stores, model, params.version);
      await stores.versions.addMetrics(model.id, params.version, body.metrics, body.step);
    });
    return this.show(params);
  }

  @Get(':version/score')
  @Scopes('read', 'publish', 'operate')
  @ApiOperation({
    summary:
      "The version by Google's ML Test Score: what Understudy checks, what CI attached, what is missing",
  })
  async score(@Param({ schema: versionParams }) { model: name, version: number }: VersionParams) {
    return this.uow.run(async (stores) => {
      const model = await requireModel(stores, name);
      const version = await requireVersion(stores, model, number);
      const { signature, outputSpec, upstreams, baseline, tags } = version;
      return mlTestScore({
        policy: parsePolicy(model.policy ?? DEFAULT_POLICY_DOCUMENT),
        hasFeatureProfile: Object.keys(baseline?.features ?? {}).length > 0,
        hasSignature: signature !== null,
        hasOutputSpec: outputSpec !== null,
        hasUpstreams: upstreams.length > 0,
        golden: {
          any: (model.golden ?? []).length > 0,
          slices: (model.golden ?? []).some((request) => request.slice !== null),
        },
        tags,
      });
    });
  }
}
