import { Body, Controller, Get, Headers, Inject, Param, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../openapi/answer.ts';
import { document } from './model.answer.ts';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  assertPolicyReads,
  type By,
  lockModelAmong,
  type ModelRecord,
  type Reach,
  replaceGolden,
  replacePolicy,
  replacePrices,
  requireModel,
  setCallerRules,
  setEnvironment,
  type Stores,
} from '#libs/engine';
import { parseKeptPolicy } from '#libs/rollout';
import { Actor, Asking, Reaching, Scopes } from '../access/access.guard.ts';
import { assertUnchanged, IfMatch, WithEtag } from '../http/etag.ts';
import { warn } from '../http/problems/warn.ts';
import { modelParams, type ModelParams } from '../http/bodies/validation.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { WrittenText } from '../http/bodies/written-text.ts';
import { policyForm, sentPolicy } from '../policies/policy-text.ts';
import { PolicyWarner } from '../policies/policy-warner.ts';
import { callerRules, callers, callersView } from './callers.schema.ts';
import { goldenRequests } from './golden.schema.ts';
import { modelView } from './model.view.ts';
import { askedEnvironment, modelEnvironment } from './environment.schema.ts';
import { modelPrices, prices, pricesView } from './prices.schema.ts';

const policyOf = (model: ModelRecord) => modelView(model).policy;
/** Whoever names YAML and not JSON; anything at all is JSON. */
const wantsYaml = (accept = ''): boolean => accept.includes('yaml') && !accept.includes('json');

const callersOf = (model: ModelRecord) => modelView(model).callers;
const pricesOf = (model: ModelRecord) => modelView(model).prices;
const environmentOf = (model: ModelRecord) => modelView(model).environment ?? {};
const goldenOf = (model: ModelRecord) => ({ items: model.golden ?? [] });

/** The documents of a model that are replaced as a whole: policy, caller rules, prices, golden requests. */
@ApiTags('models')
@Controller('models/:model')
export class ModelDocumentsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    private readonly warner: PolicyWarner,
  ) {}

  @Get('policy')
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(document)
  @ApiOperation({
    summary:
      'The policy that new rollouts of this model follow. With `Accept: application/yaml` as its author wrote it, comments and order included, where it was set as YAML',
  })
  async policy(
    @Param({ schema: modelParams }) params: ModelParams,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('vary', 'accept');
    if (!wantsYaml(accept)) return this.show(params, policyOf);
    return this.uow.read(async (stores) => policyForm(stores, await requireModel(stores, params.model)));
  }

  @Put('policy')
  @WithEtag()
  @Scopes('operate')
  @Answer(document)
  @ApiOperation({
    summary:
      'Replace the policy; rollouts that run keep the copy they started with. One with four eyes is loosened by admins only (403 policy_looser). A gate that no worker can judge, or that the callers of the latest rollouts are too few to prove and a step that their traffic cannot end are named in the header Warning',
  })
  async replacePolicy(
    @Param({ schema: modelParams }) params: ModelParams,
    @Body() policy: unknown,
    @WrittenText() text: string | null,
    @IfMatch() ifMatch: string | null,
    @Asking() by: By,
    @Reaching() reach: Reach,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const before = (model: ModelRecord, stores: Stores) => policyForm(stores, model);
    const replaced = await this.replace(params, ifMatch, before, async (stores, model) => {
      assertPolicyReads(policy, model.policy, reach);
      const sent = await sentPolicy(stores, model, { policy, text });
      return replacePolicy(stores, model, sent.policy, by, sent.text);
    });
    warn(reply, await this.warner.ofModel(parseKeptPolicy(replaced), reach, params.model));
    return replaced;
  }

  @Get('callers')
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(callers)
  @ApiOperation({ summary: 'How gateways tell the callers of this model apart' })
  callers(@Param({ schema: modelParams }) params: ModelParams) {
    return this.show(params, callersOf);
  }

  @Put('callers')
  @WithEtag()
  @Scopes('operate')
  @Answer(callers)
  @ApiOperation({
    summary:
      'Replace where the unit of a request is read (a header, a cookie or a JSON path), whether it may be repeated, and which requests are predictions',
  })
  async replaceCallers(
    @Param({ schema: modelParams }) params: ModelParams,
    @Body({ schema: callers }) body: z.infer<typeof callers>,
    @IfMatch() ifMatch: string | null,
    @Actor() actor: string,
  ) {
    return this.replace(params, ifMatch, callersOf, async (stores, model) =>
      callersView(await setCallerRules(stores, model.name, callerRules(body), actor)),
    );
  }

  @Get('prices')
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(prices)
  @ApiOperation({ summary: "What a million of the model's tokens cost, for gates on cost_mean" })
  prices(@Param({ schema: modelParams }) params: ModelParams) {
    return this.show(params, pricesOf);
  }

  @Put('prices')
  @WithEtag()
  @Scopes('operate')
  @Answer(prices)
  @ApiOperation({
    summary:
      'Replace the prices, in one currency; {} takes them away. 409 rollout_running while a rollout judges cost by the old ones',
  })
  async replacePrices(
    @Param({ schema: modelParams }) params: ModelParams,
    @Body({ schema: prices }) body: z.infer<typeof prices>,
    @IfMatch() ifMatch: string | null,
    @Actor() actor: string,
  ) {
    return this.replace(params, ifMatch, pricesOf, async (stores, model) => {
      const asked = modelPrices(body);
      await replacePrices(stores, model, asked, { actor });
      return pricesView(asked);
    });
  }

  @Get('environment')
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(modelEnvironment)
  @ApiOperation({ summary: 'Where the model stands in a chain of environments, such as dev, staging, prod' })
  environment(@Param({ schema: modelParams }) params: ModelParams) {
    return this.show(params, environmentOf);
  }

  @Put('environment')
  @WithEtag()
  @Scopes('operate')
  @Answer(modelEnvironment)
  @ApiOperation({
    summary:
      'Replace the environment; {} takes it away. With `after`, only artifacts that are proven in that model are released here; only an admin changes or removes that (403 environment_guarded)',
  })
  async replaceEnvironment(
    @Param({ schema: modelParams }) params: ModelParams,
    @Body({ schema: modelEnvironment }) body: z.infer<typeof modelEnvironment>,
    @IfMatch() ifMatch: string | null,
    @Asking() by: By,
    @Reaching() reach: Reach,
  ) {
    const asked = askedEnvironment(body);
    const others = asked?.after ? [asked.after] : [];
    return this.replace(
      params,
      ifMatch,
      environmentOf,
      async (stores, model) => {
        await setEnvironment(stores, model, asked, { ...by, reach });
        return environmentOf(await requireModel(stores, model.name));
      },
      others,
    );
  }

  @Get('golden')
  @WithEtag()
  @Scopes('read', 'publish', 'operate')
  @Answer(goldenRequests)
  @ApiOperation({ summary: 'The golden requests of a model' })
  golden(@Param({ schema: modelParams }) params: ModelParams) {
    return this.show(params, goldenOf);
  }

  @Put('golden')
  @WithEtag()
  @Scopes('operate')
  @Answer(goldenRequests)
  @ApiOperation({ summary: 'Replace the golden requests: what every version must answer before any traffic' })
  async replaceGolden(
    @Param({ schema: modelParams }) params: ModelParams,
    @Body({ schema: goldenRequests }) { items }: z.infer<typeof goldenRequests>,
    @IfMatch() ifMatch: string | null,
    @Asking() by: By,
  ) {
    return this.replace(params, ifMatch, goldenOf, async (stores, model) => {
      await replaceGolden(stores, model, items, by);
      return { items };
    });
  }

  private show<T>({ model }: ModelParams, of: (model: ModelRecord) => T): Promise<T> {
    return this.uow.read(async (stores) => of(await requireModel(stores, model)));
  }

  /** One writer at a time, who knows what was there before. @param others models that must stay as they are meanwhile */
  private replace<T>(
    { model: name }: ModelParams,
    ifMatch: string | null,
    before: (model: ModelRecord, stores: Stores) => unknown,
    write: (stores: Stores, model: ModelRecord) => Promise<T>,
    others: readonly string[] = [],
  ): Promise<T> {
    return this.uow.run(async (stores) => {
      await lockModelAmong(stores, name, others);
      const model = await requireModel(stores, name);
      await assertUnchanged(ifMatch, () => before(model, stores));
      return write(stores, model);
    });
  }
}
