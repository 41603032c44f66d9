import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import { removeAlias, requireModel, setAlias } from '#libs/engine';
import { Actor, Scopes } from '../http/access.guard.ts';
import { modelName, modelParams, type ModelParams } from '../http/validation.ts';
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
  @ApiOperation({ summary: 'All aliases of a model, the primary among them' })
  async list(@Param({ schema: modelParams }) { model: name }: ModelParams) {
    return this.uow.read(async (stores) => {
      const model = await requireModel(stores, name);
      return { items: (await stores.aliases.ofModels([model.id])).get(model.id) ?? [] };
    });
  }

  @Put(':alias')
  @Scopes('publish', 'operate')
  @ApiOperation({ summary: 'Point an alias at a version; it moves from wherever it pointed' })
  async set(
    @Param({ schema: aliasParams }) { model, alias }: z.infer<typeof aliasParams>,
    @Body({ schema: target }) { version }: z.infer<typeof target>,
    @Actor() actor: string,
  ) {
    await this.uow.run((stores) => setAlias(stores, model, alias, version, actor));
    return { alias, version };
  }

  @Delete(':alias')
  @HttpCode(204)
  @Scopes('publish', 'operate')
  @ApiOperation({ summary: 'Remove an alias; the version stays' })
  async remove(
    @Param({ schema: aliasParams }) { model, alias }: z.infer<typeof aliasParams>,
    @Actor() actor: string,
  ): Promise<void> {
    const removed = await this.uow.run((stores) => removeAlias(stores, model, alias, actor));
    if (!removed)
      throw new DomainError('not_found', 'alias_not_found', `"${model}" has no alias "${alias}".`);
  }
}
