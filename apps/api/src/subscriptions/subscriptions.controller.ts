import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DomainError, isMaskedUrl, parseDuration, withoutUndefined } from '#libs/kernel';
import {
  editSubscription,
  requireSubscription,
  rotateSecret,
  type Stores,
  subscribe,
  type SubscriptionEdits,
  unsubscribe,
} from '#libs/engine';
import { Actor, Scopes } from '../access/access.guard.ts';
import { AnswersSecret } from '../http/idempotency.interceptor.ts';
import { pageQuery } from '../http/bodies/validation.ts';
import { Answer, Done, listOf, pageOf } from '../openapi/answer.ts';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import {
  deliveryAnswer,
  deliveryState,
  deliveryView,
  newSubscription,
  subscriptionAnswer,
  subscriptionEdits,
  subscriptionView,
} from './subscription.schema.ts';

const params = z.object({ id: z.uuid('not the id of a subscription') });
const deliveryParams = params.extend({ delivery: z.uuid('not the id of a delivery') });
const deliveryQuery = pageQuery.extend({ state: deliveryState.nullable().default(null) });
const rotation = z.strictObject({
  overlap: z
    .string()
    .default('24h')
    .refine((text) => parseDuration(text) !== null, 'not a duration such as 30m or 24h'),
});
type Params = z.infer<typeof params>;
const newSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;
const replayed = z.looseObject({ replayed: z.int() });

/** An address that comes back as it was shown is the one that is known. */
async function withKnownUrl(
  stores: Stores,
  id: string,
  { url, ...edits }: SubscriptionEdits,
): Promise<SubscriptionEdits> {
  if (url === undefined) return edits;
  if (!isMaskedUrl(url)) return { ...edits, url };
  if (url === subscriptionView(await requireSubscription(stores, id)).url) return edits;
  throw new DomainError(
    'invalid',
    'url_masked',
    'The URL has … in place of a part that is not shown, and is not the one of this subscription. Write the whole URL, or leave it out.',
    [{ pointer: '/url', detail: 'not the one that is shown' }],
  );
}

/** Who outside is told what happens here. */
@ApiTags('subscriptions')
@Controller('subscriptions')
@Scopes('admin')
export class SubscriptionsController {
  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  @Post()
  @AnswersSecret()
  @Answer(subscriptionAnswer.extend({ secret: z.string() }), { status: 201, description: 'Made' })
  @ApiOperation({
    summary: 'Subscribe a URL; the answer shows what deliveries are signed with, and nothing shows it again',
  })
  async create(
    @Body({ schema: newSubscription }) body: z.infer<typeof newSubscription>,
    @Actor() actor: string,
  ) {
    const { secret = newSecret() } = body;
    const made = await this.uow.run((stores) => subscribe(stores, { ...body, secret }, actor));
    return { ...subscriptionView(made), secret };
  }

  @Get()
  @Answer(listOf(subscriptionAnswer))
  @ApiOperation({ summary: 'All subscriptions, without their secrets' })
  async list() {
    return { items: (await this.uow.read((stores) => stores.subscriptions.list())).map(subscriptionView) };
  }

  @Get(':id')
  @Answer(subscriptionAnswer)
  @ApiOperation({ summary: 'One subscription' })
  async show(@Param({ schema: params }) { id }: Params) {
    return subscriptionView(await this.uow.read((stores) => requireSubscription(stores, id)));
  }

  @Patch(':id')
  @Answer(subscriptionAnswer)
  @ApiOperation({ summary: 'Change it; a disabled one that is made active gets what waits for it' })
  async edit(
    @Param({ schema: params }) { id }: Params,
    @Body({ schema: subscriptionEdits }) body: z.infer<typeof subscriptionEdits>,
    @Actor() actor: string,
  ) {
    return this.uow.run(async (stores) => {
      const edits = withoutUndefined(body) as SubscriptionEdits;
      const meant = await withKnownUrl(stores, id, edits);
      return subscriptionView(await editSubscription(stores, id, meant, actor));
    });
  }

  @Delete(':id')
  @HttpCode(204)
  @Done()
  @ApiOperation({ summary: 'Unsubscribe; what waits for it is forgotten' })
  async remove(@Param({ schema: params }) { id }: Params, @Actor() actor: string): Promise<void> {
    await this.uow.run((stores) => unsubscribe(stores, id, actor));
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @AnswersSecret()
  @Answer(z.looseObject({ secret: z.string(), oldUntil: z.string() }))
  @ApiOperation({
    summary: 'A new secret; until the overlap is over, deliveries are signed with the old one too',
  })
  async rotate(
    @Param({ schema: params }) { id }: Params,
    @Body({ schema: rotation }) { overlap }: z.infer<typeof rotation>,
    @Actor() actor: string,
  ) {
    const secret = newSecret();
    const { oldUntil } = await this.uow.run((stores) =>
      rotateSecret(stores, id, secret, parseDuration(overlap) ?? 0, actor),
    );
    return { secret, oldUntil: new Date(oldUntil).toISOString() };
  }

  @Get(':id/deliveries')
  @Answer(pageOf(deliveryAnswer))
  @ApiOperation({ summary: 'What was sent, what waits, and what was given up (`state=dead`), newest first' })
  async deliveries(
    @Param({ schema: params }) { id }: Params,
    @Query({ schema: deliveryQuery }) { state, ...page }: z.infer<typeof deliveryQuery>,
  ) {
    const { items, nextPageToken } = await this.uow.read(async (stores) => {
      await requireSubscription(stores, id);
      return stores.subscriptions.deliveries(id, state, page);
    });
    return { items: items.map(deliveryView), nextPageToken };
  }

  @Post(':id/deliveries/replay')
  @HttpCode(200)
  @Answer(replayed)
  @ApiOperation({ summary: 'Send everything that was given up again, with the identity that it had' })
  async replayAll(@Param({ schema: params }) { id }: Params) {
    return this.uow.run(async (stores) => {
      await requireSubscription(stores, id);
      return { replayed: await stores.subscriptions.replay(id, null) };
    });
  }

  @Post(':id/deliveries/:delivery/replay')
  @HttpCode(200)
  @Answer(replayed)
  @ApiOperation({ summary: 'Send one that was given up again' })
  async replayOne(@Param({ schema: deliveryParams }) { id, delivery }: z.infer<typeof deliveryParams>) {
    return this.uow.run(async (stores) => {
      await requireSubscription(stores, id);
      if ((await stores.subscriptions.replay(id, delivery)) === 1) return { replayed: 1 };
      throw new DomainError(
        'not_found',
        'delivery_not_dead',
        'This subscription has no such delivery that was given up. GET …/deliveries?state=dead lists them.',
      );
    });
  }
}
