import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, pageOf } from '../openapi/answer.ts';
import { distributionsAnswer, evidenceAnswer, samplesAnswer } from './evidence.answer.ts';
import { actedAnswer, replayAnswer, rolloutAnswer } from './rollout.answer.ts';
import type { z } from 'zod';
import { type Action, withStart } from '#libs/rollout';
import {
  actOn,
  carryOutAction,
  profileOf,
  type Reach,
  replayRollout,
  requireModel,
  requireRollout,
  startRollout,
  type By,
  eventsOfRolloutWentTo,
} from '#libs/engine';
import { armsView } from './tally.view.ts';
import { Asking, Reaching, Scopes, Visible } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import {
  modelParams,
  rolloutParams,
  type ModelParams,
  type RolloutParams,
} from '../http/bodies/validation.ts';
import {
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import { SeenRevision, WithRevisionTag } from '../http/revision-tag.ts';
import { eventView } from '../audit/event.view.ts';
import { exportView, rolloutEventsAnswer } from '../audit/event-exports.view.ts';
import { ActionOfPath } from './action-of-path.ts';
import { distributionsView } from './distributions.view.ts';
import {
  approval,
  eventsQuery,
  JUDGED,
  newRollout,
  replayRequest,
  rolloutsOfModelQuery,
  rolloutsQuery,
  steering,
  STEERED,
} from './rollout.requests.ts';
import { actedSince, actedView, listedRollouts, shownRollout } from './rollout.view.ts';

@ApiTags('rollouts')
@Controller()
export class RolloutsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
  ) {}

  @Post('models/:model/rollouts')
  @Scopes('publish', 'operate')
  @Answer(rolloutAnswer, { status: 201, description: 'Started, or under way already' })
  @ApiOperation({
    summary:
      "Start a rollout of a version; its own policy may only tighten the model's (403 policy_looser). What becomes of one that runs for another version is for that one's policy to say. 409 not_proven_before while its artifact is not proven in the environment before. With startAt it waits until then; asking again with another startAt moves it",
  })
  async start(
    @Param({ schema: modelParams }) { model }: ModelParams,
    @Body({ schema: newRollout }) body: z.infer<typeof newRollout>,
    @Asking() by: By,
    @Reaching() reach: Reach,
  ) {
    return this.uow.run(async (stores) =>
      shownRollout(stores, await startRollout(stores, model, { ...body, ...by, reach })),
    );
  }

  @Get('models/:model/rollouts')
  @Scopes('read', 'publish', 'operate')
  @Answer(pageOf(rolloutAnswer))
  @ApiOperation({ summary: 'The rollouts of a model, or of one version of it, newest first' })
  async list(
    @Param({ schema: modelParams }) { model: name }: ModelParams,
    @Query({ schema: rolloutsOfModelQuery }) { version, ...page }: z.infer<typeof rolloutsOfModelQuery>,
  ) {
    const { items, nextPageToken } = await this.uow.run(async (stores) => {
      const model = await requireModel(stores, name);
      return stores.rollouts.list({ modelId: model.id, version }, page);
    });
    return { items: listedRollouts(items), nextPageToken };
  }

  @Get('rollouts')
  @ModelIn('handler')
  @Scopes('read', 'publish', 'operate')
  @Answer(pageOf(rolloutAnswer))
  @ApiOperation({
    summary:
      'Rollouts of all models, newest first; with `live=true` those that have not ended, with `ended=true` those that have, the latest end first, with `waitsFor=person` those of them that wait for a person',
  })
  async listAll(
    @Query({ schema: rolloutsQuery }) { live, ended, waitsFor, ...page }: z.infer<typeof rolloutsQuery>,
    @Visible() models: readonly string[] | null,
  ) {
    const which = {
      live: live === 'true',
      ended: ended === 'true',
      needPerson: waitsFor === 'person',
      models,
    };
    const { items, nextPageToken } = await this.uow.read((stores) => stores.rollouts.list(which, page));
    return { items: listedRollouts(items), nextPageToken };
  }

  @Get('rollouts/:id')
  @WithRevisionTag()
  @ModelIn('rollout')
  @Scopes('read', 'publish', 'operate')
  @Answer(rolloutAnswer)
  @ApiOperation({ summary: 'One rollout with its latest verdicts and decision' })
  async show(@Param({ schema: rolloutParams }) { id }: RolloutParams) {
    return this.uow.read(async (stores) => shownRollout(stores, await requireRollout(stores, id)));
  }

  @Get('rollouts/:id/events')
  @ModelIn('rollout')
  @Scopes('read', 'publish', 'operate')
  @Answer(rolloutEventsAnswer)
  @ApiOperation({ summary: 'What happened to a rollout, in order' })
  async events(
    @Param({ schema: rolloutParams }) { id }: RolloutParams,
    @Query({ schema: eventsQuery }) { include }: z.infer<typeof eventsQuery>,
  ) {
    return this.uow.run(async (stores) => {
      const detached = await eventsOfRolloutWentTo(stores, await requireRollout(stores, id));
      const items = (await stores.events.ofRollout(id)).map((event) => eventView(event, include === 'look'));
      return { items, detached: detached.map(exportView) };
    });
  }

  @Post('rollouts/:id/replay')
  @ModelIn('rollout')
  @HttpCode(200)
  @Scopes('read', 'publish', 'operate')
  @Answer(replayAnswer)
  @ApiOperation({
    summary: 'Decide again what was recorded, by its own policy or by another one; nothing is changed',
  })
  async replay(
    @Param({ schema: rolloutParams }) { id }: RolloutParams,
    @Body({ schema: replayRequest }) { policy }: z.infer<typeof replayRequest>,
  ) {
    return replayRollout(this.uow, id, policy);
  }

  @Get('rollouts/:id/evidence')
  @ModelIn('rollout')
  @Scopes('read', 'publish', 'operate')
  @Answer(evidenceAnswer)
  @ApiOperation({ summary: 'What was counted, per step and arm' })
  async evidence(@Param({ schema: rolloutParams }) { id }: RolloutParams) {
    const evidence = await this.uow.run(async (stores) => {
      await requireRollout(stores, id);
      return stores.evidence.ofRollout(id);
    });
    const items = Object.entries(evidence).map(([step, here]) => {
      const all = withStart(here);
      return {
        step: Number(step),
        ...armsView(all),
        sources: all.sources,
        segments: Object.entries(all.segments ?? {}).map(([segment, of]) => ({ segment, ...armsView(of) })),
        startPeriods: (here.start ?? []).map((part) => ({ ...part.phase, ...armsView(part) })),
      };
    });
    return { items };
  }

  @Get('rollouts/:id/distributions')
  @ModelIn('rollout')
  @Scopes('read', 'publish', 'operate')
  @Answer(distributionsAnswer)
  @ApiOperation({
    summary: 'Histograms of outputs, confidence and inputs: of both arms and of the training data',
  })
  async distributions(@Param({ schema: rolloutParams }) { id }: RolloutParams) {
    return this.uow.run(async (stores) => {
      const { modelId, version } = await requireRollout(stores, id);
      const profile = profileOf((await stores.versions.find(modelId, version))?.baseline ?? null);
      return { items: distributionsView(await stores.evidence.ofRollout(id), profile) };
    });
  }

  @Get('rollouts/:id/samples')
  @ModelIn('rollout')
  @Scopes('read', 'publish', 'operate')
  @Answer(samplesAnswer)
  @ApiOperation({ summary: "The worst disagreements of a rollout's shadow: the request and both answers" })
  async samples(@Param({ schema: rolloutParams }) { id }: RolloutParams) {
    const samples = await this.uow.run(async (stores) => {
      await requireRollout(stores, id);
      return stores.samples.ofRollout(id);
    });
    return { items: samples.map(({ rolloutId: _id, ...sample }) => sample) };
  }

  @Post(JUDGED.map((action) => `rollouts/:id/${action}`))
  @ModelIn('rollout')
  @HttpCode(200)
  @Scopes('operate', 'approve')
  @Answer(actedAnswer)
  @ApiOperation({
    summary: 'Approve or reject; `digest` and `policyHash` say what you saw: 409 when it is another by now',
  })
  async judge(
    @Param({ schema: rolloutParams }) { id }: RolloutParams,
    @ActionOfPath() action: Action,
    @Body({ schema: approval }) { digest, policyHash, ...body }: z.infer<typeof approval>,
    @Asking() by: By,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    const seen = { digest, policyHash };
    const request = { action, ...by, seen, revision, ...body };
    return this.uow.run(async (stores) => actedView(stores, await carryOutAction(stores, id, request)));
  }

  @Post(STEERED.map((action) => `rollouts/:id/${action}`))
  @ModelIn('rollout')
  @HttpCode(200)
  @Scopes('operate')
  @Answer(actedAnswer)
  @ApiOperation({
    summary:
      'A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so',
  })
  async act(
    @Param({ schema: rolloutParams }) { id }: RolloutParams,
    @ActionOfPath() action: Action,
    @Body({ schema: steering }) body: z.infer<typeof steering>,
    @Asking() by: By,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    return actedSince(this.uow, await actOn(this.ports, id, { action, ...by, revision, ...body }));
  }
}
