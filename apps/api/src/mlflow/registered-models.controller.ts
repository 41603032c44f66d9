import { Controller, Delete, Get, HttpCode, Inject, Patch, Post, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  deleteModel,
  editModel,
  ensureModel,
  removeAlias,
  renameModel,
  setAliasOrRelease,
  type By,
  type ModelRecord,
  type Stores,
} from '#libs/engine';
import { Asking, Scopes, Visible } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { MLFLOW_ANSWERS, MlflowCall } from './mlflow-call.ts';
import { MlflowErrorFilter } from './mlflow-error.filter.ts';
import { invalid, MlflowError } from './mlflow-error.ts';
import { modelVersion, registeredModel } from './mlflow.view.ts';
import { checkedTags, newAlias, newModelName, versionOf } from './names.ts';
import { type MlflowParams, Params } from './params.ts';
import { latestByStage, modelOrMissing, versionOrMissing } from './registry-lookup.ts';
import { pageOf } from './page.ts';
import { MODEL_GRAMMAR } from './grammars.ts';

/** Registered models as MLflow's clients call them: `/api/2.0/mlflow/registered-models/…`. */
@ApiTags('mlflow')
@UseFilters(MlflowErrorFilter)
@Controller('api/2.0/mlflow/registered-models')
@ModelIn('mlflow')
export class RegisteredModelsController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @MlflowCall('Create a model', 'body', ['name'], ['description', 'tags'], MLFLOW_ANSWERS.model)
  @Post('create')
  @HttpCode(200)
  @Scopes('publish')
  async create(@Params() params: MlflowParams, @Asking() by: By) {
    const name = newModelName(params.required('name'));
    const [tags, description] = [checkedTags(params.tags('tags')), params.optional('description') ?? ''];
    return this.uow.run(async (stores) => {
      if (!(await ensureModel(stores, name, by, { tags, description })))
        throw new MlflowError('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name}) already exists.`);
      return { registered_model: await view(stores, await modelOrMissing(stores, name)) };
    });
  }

  @MlflowCall('One model', 'query', ['name'], [], MLFLOW_ANSWERS.model)
  @Get('get')
  @Scopes('read', 'publish', 'operate')
  async get(@Params() params: MlflowParams) {
    const name = params.required('name');
    return this.uow.read(async (stores) => ({
      registered_model: await view(stores, await modelOrMissing(stores, name)),
    }));
  }

  @MlflowCall('Give a model another name', 'body', ['name', 'new_name'], [], MLFLOW_ANSWERS.model)
  @Post('rename')
  @HttpCode(200)
  @Scopes('publish')
  async rename(@Params() params: MlflowParams, @Asking() by: By) {
    const [name, newName] = [params.required('name'), newModelName(params.required('new_name'))];
    return this.uow.run(async (stores) => {
      await modelOrMissing(stores, name);
      if (name !== newName && (await stores.models.find(newName)))
        throw new MlflowError(
          'RESOURCE_ALREADY_EXISTS',
          `Registered Model (name=${newName}) already exists.`,
        );
      return { registered_model: await view(stores, await renameModel(stores, name, newName, by)) };
    });
  }

  @MlflowCall('Change the description', 'body', ['name'], ['description'], MLFLOW_ANSWERS.model)
  @Patch('update')
  @Scopes('publish')
  async update(@Params() params: MlflowParams, @Asking() by: By) {
    const [name, description] = [params.required('name'), params.optional('description') ?? ''];
    return this.uow.run(async (stores) => {
      await modelOrMissing(stores, name);
      return { registered_model: await view(stores, await editModel(stores, name, { description }, by)) };
    });
  }

  @MlflowCall('Delete a model', 'body', ['name'], [], MLFLOW_ANSWERS.nothing)
  @Delete('delete')
  @Scopes('publish')
  async remove(@Params() params: MlflowParams, @Asking() by: By) {
    const name = params.required('name');
    await this.uow.run(async (stores) => {
      await modelOrMissing(stores, name);
      await deleteModel(stores, name, by);
    });
    return {};
  }

  @MlflowCall(
    'Models, searched',
    'query',
    [],
    ['filter', 'max_results', 'order_by', 'page_token'],
    MLFLOW_ANSWERS.models,
  )
  @Get('search')
  @ModelIn('handler')
  @Scopes('read', 'publish', 'operate')
  async search(@Params() params: MlflowParams, @Visible() models: readonly string[] | null) {
    const { search, next } = pageOf(params, MODEL_GRAMMAR, 100, 1_000, [
      { attribute: 'name', descending: false },
    ]);
    return this.uow.read(async (stores) => {
      const found = await stores.models.search({ ...search, models });
      const views = [];
      const aliases = await stores.aliases.ofModels(found.items.map(({ id }) => id));
      for (const model of found.items)
        views.push(
          registeredModel(model, aliases.get(model.id) ?? [], await latestByStage(stores, model, [])),
        );
      return { registered_models: views, ...(found.more ? { next_page_token: next } : {}) };
    });
  }

  @MlflowCall('The newest version of each stage', 'body', ['name'], ['stages'], MLFLOW_ANSWERS.versions)
  @Post('get-latest-versions')
  @HttpCode(200)
  @Scopes('read', 'publish', 'operate')
  async latestByPost(@Params() params: MlflowParams) {
    return this.latest(params);
  }

  @MlflowCall('The newest version of each stage', 'query', ['name'], ['stages'], MLFLOW_ANSWERS.versions)
  @Get('get-latest-versions')
  @Scopes('read', 'publish', 'operate')
  async latest(@Params() params: MlflowParams) {
    const [name, stages] = [params.required('name'), params.list('stages')];
    return this.uow.read(async (stores) => {
      const model = await modelOrMissing(stores, name);
      const latest = await latestByStage(stores, model, stages);
      return { model_versions: latest.map(modelVersion) };
    });
  }

  @MlflowCall('Set a tag', 'body', ['name', 'key'], ['value'], MLFLOW_ANSWERS.nothing)
  @Post('set-tag')
  @HttpCode(200)
  @Scopes('publish')
  async setTag(@Params() params: MlflowParams, @Asking() by: By) {
    const name = params.required('name');
    const tags = checkedTags({ [params.required('key')]: params.optional('value') ?? '' });
    await this.uow.run(async (stores) => {
      await modelOrMissing(stores, name);
      await editModel(stores, name, { tags }, by);
    });
    return {};
  }

  @MlflowCall('Remove a tag', 'body', ['name', 'key'], [], MLFLOW_ANSWERS.nothing)
  @Delete('delete-tag')
  @Scopes('publish')
  async deleteTag(@Params() params: MlflowParams, @Asking() by: By) {
    const [name, key] = [params.required('name'), params.required('key')];
    await this.uow.run(async (stores) => {
      await modelOrMissing(stores, name);
      await editModel(stores, name, { tags: { [key]: null } }, by);
    });
    return {};
  }

  @MlflowCall('Point an alias at a version', 'body', ['name', 'alias', 'version'], [], MLFLOW_ANSWERS.nothing)
  @Post('alias')
  @HttpCode(200)
  @Scopes('publish')
  async setAlias(@Params() params: MlflowParams, @Asking() by: By) {
    const [name, alias, version] = [
      params.required('name'),
      newAlias(params.required('alias')),
      versionOf(params),
    ];
    await this.uow.run(async (stores) => {
      await versionOrMissing(stores, name, version);
      await setAliasOrRelease(stores, name, alias, version, by);
    });
    return {};
  }

  @MlflowCall('Remove an alias', 'body', ['name', 'alias'], [], MLFLOW_ANSWERS.nothing)
  @Delete('alias')
  @Scopes('publish')
  async deleteAlias(@Params() params: MlflowParams, @Asking() by: By) {
    const [name, alias] = [params.required('name'), params.required('alias')];
    await this.uow.run(async (stores) => {
      await modelOrMissing(stores, name);
      await removeAlias(stores, name, alias, by.actor);
    });
    return {};
  }

  @MlflowCall('The version that an alias points at', 'query', ['name', 'alias'], [], MLFLOW_ANSWERS.version)
  @Get('alias')
  @Scopes('read', 'publish', 'operate')
  async getByAlias(@Params() params: MlflowParams) {
    const [name, alias] = [params.required('name'), params.required('alias')];
    return this.uow.read(async (stores) => {
      const version = await stores.versions.findByAlias(name, alias);
      if (version) return { model_version: modelVersion(version) };
      await modelOrMissing(stores, name);
      throw invalid(`Registered model alias ${alias} not found.`);
    });
  }
}

async function view(stores: Stores, model: ModelRecord) {
  const aliases = (await stores.aliases.ofModels([model.id])).get(model.id) ?? [];
  return registeredModel(model, aliases, await latestByStage(stores, model, []));
}
