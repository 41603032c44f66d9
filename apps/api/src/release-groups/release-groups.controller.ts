import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  type By,
  carryOutGroupWord,
  type GroupAction,
  MOST_MEMBERS,
  type RegisterGroup,
  registerGroup,
  probesOfGroup,
  type Reach,
  requireGroup,
  retryGroup,
  startGroup,
  withProbes,
} from '#libs/engine';
import { Asking, Reaching, Scopes, Visible } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { SeenRevision, WithRevisionTag } from '../http/revision-tag.ts';
import {
  modelName,
  pageQuery,
  reason,
  requiredReason,
  startAt,
  unlessRepeated,
} from '../http/bodies/validation.ts';
import { Answer, pageOf } from '../openapi/answer.ts';
import {
  REGISTER_VERSION_PORTS,
  type RegisterVersionPorts,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import { groupManifest } from './group-manifest.ts';
import { JUDGED, STEERED, GroupActionOfPath } from './group-action-of-path.ts';
import {
  actedGroup,
  actedGroupAnswer,
  listedGroups,
  releaseGroupAnswer,
  shownGroup,
} from './release-group.view.ts';

const member = z.strictObject({
  model: modelName,
  version: z.int().min(1),
  policy: z.unknown().optional().describe("Its own policy, which may only tighten its model's"),
});
const newGroup = z.strictObject({
  members: z.array(member).min(2).max(MOST_MEMBERS),
  reason: reason.default(''),
  overrideFreeze: z.boolean().default(false).describe('A hot fix. Needs a reason, and the scope operate'),
  overrideEnvironment: z
    .boolean()
    .default(false)
    .describe(
      'Although an artifact is not proven in the environment before. Needs a reason, and the scope admin',
    ),
  startAt,
});
const word = z.strictObject({ reason: requiredReason('say why; it is kept with the events') });
const judging = word.extend({ unlessRepeated });
const steering = judging.extend({
  overrideFreeze: z.boolean().default(false).describe('promote and finish: although a freeze window is open'),
});
const retrying = word.extend({
  overrideFreeze: z.boolean().default(false).describe('As a hot fix: freeze windows do not hold it'),
  startAt,
});
const groupParams = z.object({ id: z.uuid('not the id of a release group') });
type GroupParams = z.infer<typeof groupParams>;
const groupsQuery = pageQuery.extend({ live: z.enum(['true', 'false']).default('false') });

@ApiTags('release groups')
@Controller('release-groups')
export class ReleaseGroupsController {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts,
  ) {}

  @Post()
  @ModelIn('members')
  @Scopes('publish', 'operate')
  @Answer(releaseGroupAnswer, { status: 201, description: 'Started, or under way already' })
  @ApiOperation({
    summary:
      'Release versions of several models together: each earns promotion by its own policy, all become primary in the same moment, and when one fails all go back',
  })
  async start(
    @Body({ schema: newGroup }) body: z.infer<typeof newGroup>,
    @Asking() by: By,
    @Reaching() reach: Reach,
  ) {
    return this.uow.run(async (stores) =>
      shownGroup(stores, await startGroup(stores, { ...body, ...by, reach })),
    );
  }

  @Post('manifest')
  @ModelIn('members')
  @Scopes('publish')
  @Answer(releaseGroupAnswer, { status: 201, description: 'Registered, and under way' })
  @ApiOperation({
    summary:
      'Register a version of each of several models (YAML or JSON) and release them together, all or nothing. A repeat is told by its Idempotency-Key',
  })
  async register(
    @Body({ schema: groupManifest }) body: RegisterGroup,
    @Asking() by: By,
    @Reaching() reach: Reach,
  ) {
    // In its transaction: nothing that is asked after it can lose the answer of what was registered.
    const shown: { group?: Awaited<ReturnType<typeof shownGroup>> } = {};
    await registerGroup(this.ports, { ...body, reach }, by, async (stores, group) => {
      shown.group = await shownGroup(stores, group);
    });
    return shown.group;
  }

  @Get()
  @ModelIn('handler')
  @Scopes('read', 'publish', 'operate')
  @Answer(pageOf(releaseGroupAnswer))
  @ApiOperation({ summary: 'Release groups, newest first; with `live=true` those that have not ended' })
  async list(
    @Query({ schema: groupsQuery }) { live, ...page }: z.infer<typeof groupsQuery>,
    @Visible() models: readonly string[] | null,
  ) {
    const which = { live: live === 'true', models };
    const { items, nextPageToken } = await this.uow.read((stores) => stores.groups.list(which, page));
    return { items: listedGroups(items), nextPageToken };
  }

  @Get(':id')
  @WithRevisionTag()
  @ModelIn('group')
  @Scopes('read', 'publish', 'operate')
  @Answer(releaseGroupAnswer)
  @ApiOperation({ summary: 'One release group with the rollouts of its members' })
  async show(@Param({ schema: groupParams }) { id }: GroupParams) {
    return this.uow.read(async (stores) => shownGroup(stores, await requireGroup(stores, id)));
  }

  @Post(JUDGED.map((action) => `:id/${action}`))
  @ModelIn('group')
  @HttpCode(200)
  @Scopes('operate', 'approve')
  @Answer(actedGroupAnswer)
  @ApiOperation({
    summary:
      'Approve all members, once each stands at its approval step; or refuse all of them. Say what you saw by If-Match; without, a repeat of approve within ten seconds does nothing, and `outcome` says so',
  })
  async judge(
    @Param({ schema: groupParams }) { id }: GroupParams,
    @GroupActionOfPath() action: GroupAction,
    @Body({ schema: judging }) body: z.infer<typeof judging>,
    @Asking() by: By,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    return this.act(id, { action, ...by, revision, ...body });
  }

  @Post(STEERED.map((action) => `:id/${action}`))
  @ModelIn('group')
  @HttpCode(200)
  @Scopes('operate')
  @Answer(actedGroupAnswer)
  @ApiOperation({
    summary:
      'promote: all become primary now; finish: the bakes of all end well; abort: all go back. 409 group_not_ready says which members are not there yet. Say what you saw by If-Match',
  })
  async steer(
    @Param({ schema: groupParams }) { id }: GroupParams,
    @GroupActionOfPath() action: GroupAction,
    @Body({ schema: steering }) body: z.infer<typeof steering>,
    @Asking() by: By,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    return this.act(id, { action, ...by, revision, ...body });
  }

  @Post(':id/retry')
  @ModelIn('group')
  @HttpCode(200)
  @Scopes('operate')
  @Answer(releaseGroupAnswer)
  @ApiOperation({
    summary:
      'Release the versions of a group that has gone back once more, each by the policy that it had; the answer is the new group. 409 group_live while a member is under way',
  })
  async retry(
    @Param({ schema: groupParams }) { id }: GroupParams,
    @Body({ schema: retrying }) body: z.infer<typeof retrying>,
    @Asking() by: By,
    @SeenRevision() revision: readonly number[] | undefined,
  ) {
    return this.uow.run(async (stores) =>
      shownGroup(stores, await retryGroup(stores, id, { ...by, revision, ...body })),
    );
  }

  private async act(id: string, request: Parameters<typeof carryOutGroupWord>[2]) {
    const group = await this.uow.read((stores) => requireGroup(stores, id));
    return withProbes(
      () => probesOfGroup(this.ports, group, request.action),
      (probes) =>
        this.uow.run(async (stores) =>
          actedGroup(stores, await carryOutGroupWord(stores, id, { ...request, probes })),
        ),
    );
  }
}
