import { Controller, Delete, Get, HttpCode, Inject, Patch, Post, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  deleteVersion,
  editVersion,
  registerVersion,
  type By,
  type Reach,
  type VersionEdit,
  type VersionRecord,
} from '#libs/engine';
import { Actor, Asking, Reaching, Scopes, Visible } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import {
  ARTIFACT_READER,
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  type SourceReader,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import { MLFLOW_ANSWERS, MlflowCall } from './mlflow-call.ts';
import { MlflowErrorFilter } from './mlflow-error.filter.ts';
import { invalid } from './mlflow-error.ts';
import { modelVersion } from './mlflow.view.ts';
import { checkedTags, versionOf } from './names.ts';
import { pageOf } from './page.ts';
import { type MlflowParams, Params } from './params.ts';
import { assertStillAsked, whileAsked } from './still-asked.ts';
import { filesOf, newSource } from './version-source.ts';
import {
  asModelMissing,
  asVersionMissing,
  latestByStage,
  modelOrMissing,
  possible,
  stageOf,
  versionOrMissing,
} from './registry-lookup.ts';
import { VERSION_GRAMMAR } from './grammars.ts';

/** Model versions as MLflow's clients call them: `/api/2.0/mlflow/model-versions/…`. */
@ApiTags('mlflow')
@UseFilters(MlflowErrorFilter)
@Controller('api/2.0/mlflow/model-versions')
@ModelIn('mlflow')
export class ModelVersionsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
    @Inject(ARTIFACT_READER) private readonly reader: SourceReader,
  ) {}

  @MlflowCall(
    'Register a version',
    'body',
    ['name', 'source'],
    ['description', 'run_id', 'run_link', 'tags'],
    MLFLOW_ANSWERS.version,
  )
  @Post('create')
  @HttpCode(200)
  @Scopes('publish')
  async create(
    @Params() params: MlflowParams,
    @Asking() by: By,
    @Reaching() reach: Reach,
    @Res({ passthrough: true }) { raw }: FastifyReply,
  ) {
    const [name, said] = [params.required('name'), params.required('source')];
    const tags = checkedTags(params.tags('tags'));
    const reader = whileAsked(this.reader, raw);
    const { source, copyOf, artifact } = await newSource(this.uow, reader, said, reach.models);
    const runId = params.optional('run_id');
    const run = await reader.run(runId || null, artifact?.uri ?? source);
    const { version } = await registerVersion(
      this.ports,
      name,
      {
        ...{ artifact, servingUrls: [], healthPath: null, signature: null, baseline: null, upstreams: [] },
        ...{ source: run?.source ?? {}, dataset: run?.dataset ?? {}, metrics: run?.metrics ?? {} },
        ...{ card: '', createModel: false, rollout: false, tags, copyOf, unread: run?.unread ?? [] },
        description: params.optional('description') ?? '',
        mlflow: { source, runId, runLink: params.optional('run_link'), stage: 'None' },
      },
      by,
      // Within the transaction: what is looked at before it takes time, too.
      async () => assertStillAsked(raw),
    ).catch(asModelMissing(name));
    return one(version);
  }

  @MlflowCall('One version', 'query', ['name', 'version'], [], MLFLOW_ANSWERS.version)
  @Get('get')
  @Scopes('read', 'publish', 'operate')
  async get(@Params() params: MlflowParams) {
    const [name, number] = [params.required('name'), versionOf(params)];
    return this.uow.read(async (stores) => one(await versionOrMissing(stores, name, number)));
  }

  @MlflowCall('Change the description', 'body', ['name', 'version'], ['description'], MLFLOW_ANSWERS.version)
  @Patch('update')
  @Scopes('publish')
  async update(@Params() params: MlflowParams, @Actor() actor: string) {
    const [name, number] = [params.required('name'), versionOf(params)];
    const description = params.optional('description') ?? '';
    return one(await this.edit(name, number, { description }, actor));
  }

  @MlflowCall('Delete a version', 'body', ['name', 'version'], [], MLFLOW_ANSWERS.nothing)
  @Delete('delete')
  @Scopes('publish')
  async remove(@Params() params: MlflowParams, @Actor() actor: string) {
    const [name, number] = [params.required('name'), versionOf(params)];
    await this.uow.run(async (stores) => {
      await versionOrMissing(stores, name, number);
      await deleteVersion(stores, name, number, actor);
    });
    return {};
  }

  @MlflowCall(
    'Versions, searched',
    'query',
    [],
    ['filter', 'max_results', 'order_by', 'page_token'],
    MLFLOW_ANSWERS.versions,
  )
  @Get('search')
  @ModelIn('handler')
  @Scopes('read', 'publish', 'operate')
  async search(@Params() params: MlflowParams, @Visible() models: readonly string[] | null) {
    const usual = [
      { attribute: 'last_updated_timestamp', descending: true },
      { attribute: 'name', descending: false },
      { attribute: 'version_number', descending: true },
    ];
    const { search, next } = pageOf(params, VERSION_GRAMMAR, 10_000, 200_000, usual);
    return this.uow.read(async (stores) => {
      const found = await stores.versions.search({ ...search, models });
      return {
        model_versions: found.items.map(modelVersion),
        ...(found.more ? { next_page_token: next } : {}),
      };
    });
  }

  @MlflowCall('Where the files are', 'query', ['name', 'version'], [], MLFLOW_ANSWERS.uri)
  @Get('get-download-uri')
  @Scopes('read', 'publish', 'operate')
  async downloadUri(@Params() params: MlflowParams, @Visible() models: readonly string[] | null) {
    const [name, number] = [params.required('name'), versionOf(params)];
    return this.uow.read(async (stores) => ({
      artifact_uri: await filesOf(stores, await versionOrMissing(stores, name, number), models),
    }));
  }

  @MlflowCall(
    'Move a version to a stage',
    'body',
    ['name', 'version', 'stage'],
    ['archive_existing_versions'],
    MLFLOW_ANSWERS.version,
  )
  @Post('transition-stage')
  @HttpCode(200)
  @Scopes('publish')
  async transition(@Params() params: MlflowParams, @Actor() actor: string) {
    const [name, number] = [params.required('name'), versionOf(params)];
    const stage = stageOf(params.required('stage'));
    const archives = params.flag('archive_existing_versions');
    if (archives && stage !== 'Staging' && stage !== 'Production')
      throw invalid(
        `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage. Valid stages are Production, Staging`,
      );
    return this.uow.run(async (stores) => {
      const version = await versionOrMissing(stores, name, number);
      const archived = archives ? await stores.versions.ofStage(version.modelId, stage) : [];
      // In the order of their numbers, as everybody locks versions.
      const edited = [...new Set([...archived, number])].sort((a, b) => a - b);
      let moved = version;
      for (const one of edited) {
        const after = await editVersion(
          stores,
          name,
          one,
          { stage: one === number ? stage : 'Archived' },
          actor,
        );
        if (one === number) moved = after;
      }
      return one(moved);
    });
  }

  @MlflowCall('Set a tag', 'body', ['name', 'key'], ['version', 'stage', 'value'], MLFLOW_ANSWERS.nothing)
  @Post('set-tag')
  @HttpCode(200)
  @Scopes('publish')
  async setTag(@Params() params: MlflowParams, @Actor() actor: string) {
    const [name, key] = [params.required('name'), params.required('key')];
    const tags = checkedTags({ [key]: params.optional('value') ?? '' });
    await this.tag(params, name, tags, actor);
    return {};
  }

  @MlflowCall('Remove a tag', 'body', ['name', 'key'], ['version', 'stage'], MLFLOW_ANSWERS.nothing)
  @Delete('delete-tag')
  @Scopes('publish')
  async deleteTag(@Params() params: MlflowParams, @Actor() actor: string) {
    await this.tag(params, params.required('name'), { [params.required('key')]: null }, actor);
    return {};
  }

  /** The version may be left out: then it is the newest one without a stage, or of the stage that is named. */
  private async tag(
    params: MlflowParams,
    name: string,
    tags: Record<string, string | null>,
    actor: string,
  ): Promise<void> {
    const stage = params.optional('stage');
    const number =
      stage !== null && params.optional('version') === null
        ? await this.latestOf(name, stage)
        : versionOf(params);
    await this.edit(name, number, { tags }, actor);
  }

  private latestOf(name: string, stage: string): Promise<number> {
    return this.uow.read(async (stores) => {
      const [latest] = await latestByStage(stores, await modelOrMissing(stores, name), [stage]);
      if (latest) return latest.version;
      throw invalid(`No versions of model with name '${name}' and stage '${stage}' found`);
    });
  }

  private edit(name: string, number: number, edit: VersionEdit, actor: string): Promise<VersionRecord> {
    return this.uow
      .run((stores) => editVersion(stores, name, possible(name, number), edit, actor))
      .catch(asVersionMissing(name, number));
  }
}

const one = (version: VersionRecord) => ({ model_version: modelVersion(version) });
