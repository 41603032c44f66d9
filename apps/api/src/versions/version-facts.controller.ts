import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import {
  compatibilityAnswer,
  latestMetrics,
  lineageAnswer,
  metricSeries,
  scoreAnswer,
} from './version.answer.ts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  addMetrics,
  compareVersions,
  lineageOf,
  type Stores,
  requireModel,
  requireVersion,
  type By,
  type VersionRecord,
} from '#libs/engine';
import { DEFAULT_POLICY_DOCUMENT, mlTestScore, parseKeptPolicy } from '#libs/rollout';
import { Asking, Scopes, Visible } from '../access/access.guard.ts';
import { versionParams, type VersionParams } from '../http/bodies/validation.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { compatibilityQuery, lineageQuery, metricsBody, pointsOf, seriesQuery } from './facts.schema.ts';

const MOST_NODES = 1_000;

/** What is known of a version beside its record. */
@ApiTags('versions')
@Controller('models/:model/versions/:version')
export class VersionFactsController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Post('metrics')
  @HttpCode(200)
  @Scopes('publish')
  @Answer(latestMetrics)
  @ApiOperation({
    summary: 'Add evaluation metrics to a version; the same name and step again replaces the value',
  })
  async addMetrics(
    @Param({ schema: versionParams }) { model, version }: VersionParams,
    @Body({ schema: metricsBody }) body: z.infer<typeof metricsBody>,
    @Asking() by: By,
  ) {
    return this.uow.run(async (stores) => {
      await addMetrics(stores, model, version, pointsOf(body), by);
      const { modelId } = await this.find(stores, { model, version });
      const latest = await stores.versions.latestMetrics(modelId, [version]);
      return { model, version, metrics: latest.get(version) ?? {} };
    });
  }

  @Get('metrics')
  @Scopes('read', 'publish', 'operate')
  @Answer(metricSeries)
  @ApiOperation({ summary: 'The series of one metric by step, or of all by name' })
  async series(
    @Param({ schema: versionParams }) params: VersionParams,
    @Query({ schema: seriesQuery }) { metric, ...page }: z.infer<typeof seriesQuery>,
  ) {
    return this.uow.read(async (stores) => {
      const { modelId, version } = await this.find(stores, params);
      const found = await stores.versions.metricSeries({ modelId, version }, metric ?? null, page);
      return {
        items: found.items.map(({ at, ...point }) => ({ ...point, timestamp: new Date(at).toISOString() })),
        nextPageToken: found.nextPageToken,
      };
    });
  }

  @Get('lineage')
  @Scopes('read', 'publish', 'operate')
  @Answer(lineageAnswer)
  @ApiOperation({ summary: 'What feeds this version, and what consumes it' })
  async lineage(
    @Param({ schema: versionParams }) { model, version }: VersionParams,
    @Query({ schema: lineageQuery }) { direction, depth }: z.infer<typeof lineageQuery>,
    @Visible() visible: readonly string[] | null,
  ) {
    return this.uow.read((stores) =>
      lineageOf(stores, model, version, { direction, depth, mostNodes: MOST_NODES, visible }),
    );
  }

  @Get('compatibility')
  @Scopes('read', 'publish', 'operate')
  @Answer(compatibilityAnswer)
  @ApiOperation({
    summary: 'Can callers of another version (the primary, unless `with` names one) go on as they are?',
  })
  async compatibility(
    @Param({ schema: versionParams }) { model, version }: VersionParams,
    @Query({ schema: compatibilityQuery }) query: z.infer<typeof compatibilityQuery>,
  ) {
    return this.uow.read((stores) => compareVersions(stores, model, version, query.with ?? null));
  }

  @Get('card')
  @Scopes('read', 'publish', 'operate')
  @Answer(z.string(), { type: 'text/markdown' })
  @ApiOperation({ summary: 'The model card of this version, in Markdown' })
  async card(
    @Param({ schema: versionParams }) params: VersionParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const card = await this.uow.read(async (stores) => stores.versions.card(await this.find(stores, params)));
    // Never as HTML: it is somebody else's text.
    void reply.type('text/markdown; charset=utf-8').header('x-content-type-options', 'nosniff');
    return card;
  }

  @Get('score')
  @Scopes('read', 'publish', 'operate')
  @Answer(scoreAnswer)
  @ApiOperation({
    summary:
      "The version by Google's ML Test Score: what Understudy checks, what CI attached, what is missing",
  })
  async score(@Param({ schema: versionParams }) { model: name, version: number }: VersionParams) {
    return this.uow.read(async (stores) => {
      const model = await requireModel(stores, name);
      const version = await requireVersion(stores, model, number);
      const { signature, outputSpec, upstreams, baseline, tags } = version;
      return mlTestScore({
        policy: parseKeptPolicy(model.policy ?? DEFAULT_POLICY_DOCUMENT),
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

  private async find(stores: Stores, { model, version }: VersionParams): Promise<VersionRecord> {
    return requireVersion(stores, await requireModel(stores, model), version);
  }
}
