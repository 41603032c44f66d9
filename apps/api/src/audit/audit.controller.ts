import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, listOf } from '../openapi/answer.ts';
import { auditAnswer, eventExportAnswer, exportView } from './event-exports.view.ts';
import { z } from 'zod';
import { type Caller, eventsOfPageWentTo, requireModel, verifyAudit } from '#libs/engine';
import { Calling, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { modelName, pageQuery } from '../http/bodies/validation.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { eventView } from './event.view.ts';

const auditQuery = pageQuery.extend({ model: modelName.optional() });
const verifyQuery = z.object({ model: modelName.optional() });

const auditReport = z
  .looseObject({
    intact: z.boolean(),
    models: z.int(),
    events: z.int().describe('Events that were read in the database'),
    detached: z
      .int()
      .describe(
        'Events that only files have (`GET /audit/exports`): `understudy audit verify --exports` reads those too',
      ),
    breaks: z.array(z.looseObject({ model: z.string(), sequence: z.int(), because: z.string() })),
    heads: z
      .array(z.looseObject({ model: z.string(), sequence: z.int(), hash: z.string() }))
      .describe('Keep them elsewhere, and a chain that was made anew is noticed too'),
  })
  .meta({ id: 'AuditReport' });

@ApiTags('audit')
@Controller('audit')
@ModelIn('query')
export class AuditController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Get()
  @Scopes('read', 'operate')
  @Answer(auditAnswer)
  @ApiOperation({ summary: 'What happened, newest first: of one model, or of all' })
  async list(
    @Query({ schema: auditQuery }) { model: name, ...page }: z.infer<typeof auditQuery>,
    @Calling() { scopes }: Caller,
  ) {
    // Who has which token, and who was refused, is for those who run the installation.
    const runsIt = scopes.includes('admin') || scopes.includes('operate');
    const { items, nextPageToken, detached } = await this.uow.run(async (stores) => {
      const model = name === undefined ? null : await requireModel(stores, name);
      const found = await stores.events.list(model?.id ?? null, page, runsIt);
      const ends = { isFirst: page.pageToken === null, isLast: found.nextPageToken === null };
      const times = found.items.map(({ at }) => at);
      return { ...found, detached: await eventsOfPageWentTo(stores, model?.id ?? null, times, ends) };
    });
    return {
      items: items.map((event) => eventView(event, false)),
      nextPageToken,
      detached: detached.map(exportView),
    };
  }

  @Get('exports')
  @Scopes('operate')
  @Answer(listOf(eventExportAnswer))
  @ApiOperation({ summary: 'Files that old events were exported to, oldest first' })
  async exports() {
    const items = await this.uow.read((stores) => stores.events.exports());
    return { items: items.map(exportView) };
  }

  @Get('verify')
  @Scopes('operate')
  @Answer(auditReport)
  @ApiOperation({ summary: 'Compute every hash of the record again: is it as it was written?' })
  async verify(@Query({ schema: verifyQuery }) { model }: z.infer<typeof verifyQuery>) {
    if (model === undefined) return verifyAudit(this.uow, null);
    const { id } = await this.uow.read((stores) => requireModel(stores, model));
    return verifyAudit(this.uow, id);
  }
}
