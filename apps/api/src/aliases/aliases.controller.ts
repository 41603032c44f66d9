import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, Done, listOf } from '../openapi/answer.ts';
import { aliasAnswer } from '../models/model.answer.ts';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import { lockModel, removeAlias, requireModel, setAlias, type Stores } from '#libs/engine';
import { Actor, Scopes } from '../access/access.guard.ts';
import { assertUnchanged, IfMatch, WithEtag } from '../http/etag.ts';
import { modelName, modelParams, type ModelParams } from '../http/bodies/validation.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

const aliasParams = z.object({ model: modelName, alias: z.string() });
const target = z.strictObject({ version: z.int().min(1).max(1_000_000_000) });

/** Movable names for versions. `primary` is one of them, and moved by rollouts and rollback only. */
@ApiTags('aliases')
@Controller('models/:model/aliases')
export class AliasesController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Get()
  @Scopes('read', 'publish', 'operate')
  @Answer(listOf(aliasAnswer))
  @ApiOperation({ summary: 'All aliases of a model, the primary among them' })
  async list(@Param({ schema: modelParams }) { model: name }: ModelParams) {
    return this.uow.read(async (stores) => {
      const model = await requireModel(stores, name);
      return { items: (await stores.aliases.ofModels([model.id])).get(model.id) ?? [] };
    });
  }

  @Get(':alias')
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(aliasAnswer)
  @ApiOperation({ summary: 'Where an alias points' })
  async show(@Param({ schema: aliasParams }) { model, alias }: z.infer<typeof aliasParams>) {
    return this.uow.read((stores) => view(stores, model, alias));
  }

  @Put(':alias')
  @WithEtag()
  @Scopes('publish', 'operate')
  @Answer(aliasAnswer)
  @ApiOperation({ summary: 'Point an alias at a version; it moves from wherever it pointed' })
  async set(
    @Param({ schema: aliasParams }) { model, alias }: z.infer<typeof aliasParams>,
    @Body({ schema: target }) { version }: z.infer<typeof target>,
    @IfMatch() ifMatch: string | null,
    @Actor() actor: string,
  ) {
    return this.uow.run(async (stores) => {
      await unchanged(stores, model, alias, ifMatch);
      await setAlias(stores, model, alias, version, actor);
      return { alias, version };
    });
  }

  @Delete(':alias')
  @HttpCode(204)
  @Scopes('publish', 'operate')
  @Done()
  @ApiOperation({ summary: 'Remove an alias; the version stays' })
  async remove(
    @Param({ schema: aliasParams }) { model, alias }: z.infer<typeof aliasParams>,
    @IfMatch() ifMatch: string | null,
    @Actor() actor: string,
  ): Promise<void> {
    await this.uow.run(async (stores) => {
      await unchanged(stores, model, alias, ifMatch);
      if (!(await removeAlias(stores, model, alias, actor))) throw notFound(model, alias);
    });
  }
}

const notFound = (model: string, alias: string) =>
  new DomainError('not_found', 'alias_not_found', `"${model}" has no alias "${alias}".`);

async function view(stores: Stores, model: string, alias: string) {
  const version = await stores.versions.findByAlias(model, alias);
  if (version) return { alias, version: version.version };
  await requireModel(stores, model);
  throw notFound(model, alias);
}

/** Nobody else can move it then, until the transaction ends. */
async function unchanged(stores: Stores, model: string, alias: string, ifMatch: string | null) {
  await assertUnchanged(ifMatch, async () => {
    await lockModel(stores, model);
    return view(stores, model, alias);
  });
}
