import { Body, Controller, Get, HttpCode, Inject, Post, Query, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  applySettings,
  type AskedSettings,
  type By,
  type Caller,
  type ModelRecord,
  type Reach,
  requireModel,
  settleOutputSpec,
  type Stores,
} from '#libs/engine';
import { toPointer } from '#libs/kernel';
import { parseKeptPolicy } from '#libs/rollout';
import { Asking, Calling, Reaching, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { assertUnchanged, etagOf, IfMatch } from '../http/etag.ts';
import { assertNoNewCredentials, segmentsView } from '../models/segments.schema.ts';
import { Answer } from '../openapi/answer.ts';
import { PolicyWarner } from '../policies/policy-warner.ts';
import {
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import {
  allSettings,
  askedSettings,
  modelSettings,
  namedModels,
  type SettingsBody,
  settingsChanges,
} from './model-settings.schema.ts';
import { keepNamedMetrics, withKeptPolicies } from './sent-policies.ts';
import { changesOf, settingsView, type SettingsView } from './model-settings.view.ts';

type Views = ReadonlyMap<string, SettingsView>;
type Outcome = Awaited<ReturnType<ModelSettingsController['written']>>;

/** Thrown to end a transaction of which nothing is to be kept. */
class Planned extends Error {
  constructor(readonly outcome: Outcome) {
    super('a plan');
  }
}

interface Performing extends By {
  readonly caller: Caller;
  readonly reach: Reach;
  readonly ifMatch: string | null;
  readonly isPlan: boolean;
}

/** All that a file can say of models, shown and applied as a whole: for settings that are kept in Git. */
@ApiTags('models')
@Controller('model-settings')
export class ModelSettingsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
    private readonly warner: PolicyWarner,
  ) {}

  @Get()
  @ModelIn('query')
  @Scopes('read', 'publish', 'operate')
  @Answer(allSettings)
  @ApiOperation({ summary: 'The settings of models, as POST takes them' })
  async show(@Query({ schema: namedModels }) { model: names }: z.infer<typeof namedModels>) {
    return this.uow.read(async (stores) => {
      const models: Record<string, SettingsView> = {};
      for (const name of names) models[name] = await settingsView(stores, await requireModel(stores, name));
      return { models };
    });
  }

  @Post('plan')
  @HttpCode(200)
  @ModelIn('models')
  @Scopes('operate')
  @Answer(settingsChanges)
  @ApiConsumes('application/json', 'application/yaml')
  @ApiOperation({
    summary:
      'What POST /model-settings would change, or refuse; nothing is changed. The ETag is of what is there now: sent as If-Match, it has done what was shown, or nothing',
  })
  async plan(
    @Body({ schema: modelSettings }) { models }: z.infer<typeof modelSettings>,
    @Asking() by: By,
    @Calling() caller: Caller,
    @Reaching() reach: Reach,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { seen, ...planned } = await this.perform(models, {
      ...by,
      caller,
      reach,
      ifMatch: null,
      isPlan: true,
    });
    void reply.header('etag', seen);
    return planned;
  }

  @Post()
  @HttpCode(200)
  @ModelIn('models')
  @Scopes('operate')
  @Answer(settingsChanges)
  @ApiConsumes('application/json', 'application/yaml')
  @ApiOperation({
    summary:
      'Make models be as a file says (YAML or JSON), all of them or none. What is left out stays as it is; what is so already is not written. A model that is not there is made (needs publish, too)',
  })
  async apply(
    @Body({ schema: modelSettings }) { models }: z.infer<typeof modelSettings>,
    @IfMatch() ifMatch: string | null,
    @Asking() by: By,
    @Calling() caller: Caller,
    @Reaching() reach: Reach,
  ) {
    const { seen: _seen, ...done } = await this.perform(models, {
      ...by,
      caller,
      reach,
      ifMatch,
      isPlan: false,
    });
    return done;
  }

  private async perform(
    models: z.infer<typeof modelSettings>['models'],
    { caller, ifMatch, isPlan, ...by }: Performing,
  ) {
    const asked = await this.settled(models);
    const { scopes } = caller;
    const mayCreate = scopes.includes('admin') || scopes.includes('publish');
    const asking = { ...by, mayCreate, deployer: this.ports.deployer };
    const outcome = await this.uow
      .run(async (stores) => {
        const written = await this.written(stores, asked, asking, ifMatch);
        if (isPlan) throw new Planned(written);
        return written;
      })
      .catch((error: unknown) => {
        if (error instanceof Planned) return error.outcome;
        throw error;
      });
    return { applied: !isPlan, ...outcome, warnings: await this.warnings(outcome.models, by.reach, isPlan) };
  }

  private async written(
    stores: Stores,
    asked: ReadonlyMap<string, AskedSettings>,
    by: Omit<Parameters<typeof applySettings>[2], 'seen'>,
    ifMatch: string | null,
  ) {
    let [before, made]: [Views, ReadonlySet<string>] = [new Map(), new Set()];
    let seen = '';
    const said = await withKeptPolicies(stores, asked);
    await applySettings(stores, said, {
      ...by,
      seen: async (models, isNew) => {
        [before, made] = [await viewsOf(stores, models), isNew];
        await assertSegments(stores, asked, models);
        const was = Object.fromEntries(
          [...before].map(([name, view]) => [name, isNew.has(name) ? null : view]),
        );
        await assertUnchanged(ifMatch, () => was);
        seen = etagOf(was);
      },
    });
    const models = [];
    for (const [name, view] of before) {
      const after = await settingsView(stores, await requireModel(stores, name));
      const isNew = made.has(name);
      const changes = changesOf(view, after, isNew);
      if (changes.some(({ part }) => part === 'policy'))
        await keepNamedMetrics(stores, name, said.get(name)?.policy);
      models.push({ model: name, isNew, changes });
    }
    return { seen, models };
  }

  /** A preset by the model's name and kind. */
  private async settled(models: Readonly<Record<string, SettingsBody>>) {
    const asked = new Map<string, AskedSettings>();
    for (const [name, body] of Object.entries(models)) {
      const { outputSpec } = body;
      const about = { servingUrls: [], signature: null, outputSpec };
      const spec =
        outputSpec === undefined ? undefined : (await settleOutputSpec(this.ports, name, about)).spec;
      asked.set(name, askedSettings(body, spec));
    }
    return asked;
  }

  private async warnings(models: Outcome['models'], reach: Reach, isPlan: boolean) {
    const found = [];
    for (const { model, isNew, changes } of models) {
      const policy = changes.find(({ part }) => part === 'policy')?.after;
      if (policy === undefined) continue;
      const parsed = parseKeptPolicy(policy);
      const said =
        isNew && isPlan ? this.warner.of(parsed, reach) : this.warner.ofModel(parsed, reach, model);
      found.push(...(await said).map((one) => ({ model, ...one })));
    }
    return found;
  }
}

/** @throws DomainError `request_invalid` for those that go by a credential, and are not there already */
async function assertSegments(
  stores: Stores,
  asked: ReadonlyMap<string, AskedSettings>,
  models: ReadonlyMap<string, ModelRecord>,
): Promise<void> {
  for (const [name, { segments }] of asked) {
    const model = models.get(name);
    if (!segments || !model) continue;
    const at = toPointer(['models', name, 'segments']);
    assertNoNewCredentials(segmentsView(segments), await stores.segments.of(model.id), at);
  }
}

async function viewsOf(stores: Stores, models: ReadonlyMap<string, ModelRecord>): Promise<Views> {
  const views = new Map<string, SettingsView>();
  for (const [name, model] of models) views.set(name, await settingsView(stores, model));
  return views;
}
