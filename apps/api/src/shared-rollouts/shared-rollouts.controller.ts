import { Body, Controller, Get, Header, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DomainError, parseDuration } from '#libs/kernel';
import { requireRollout, type RolloutRecord, type Stores } from '#libs/engine';
import { Actor, Public, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { eventView } from '../audit/event.view.ts';
import { modelNameIsValid, rolloutParams, type RolloutParams } from '../http/bodies/validation.ts';
import { Answer, time } from '../openapi/answer.ts';
import { LOGIN_SETTINGS, type LoginSettings, SHARE_KEY, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { shownRollout } from '../rollouts/rollout.view.ts';
import { cardPng } from './card-png.ts';
import { cardSvg } from './card-svg.ts';
import { MadeOfRollouts } from './made-of-rollouts.ts';
import { readShare, signShare } from './share-link.ts';
import { SHARED_PAGE_POLICY, sharedPage } from './shared-page.ts';
import { sharedRollout, type SharedRollout } from './shared-rollout.ts';

const LONGEST_MS = 30 * 86_400_000;
const [VIEW_FRESH_MS, CARD_FRESH_MS] = [3_000, 10_000];
const shareRequest = z.strictObject({
  expiresIn: z
    .string()
    .default('7d')
    .refine((text) => {
      const ms = parseDuration(text);
      return ms !== null && ms >= 60_000 && ms <= LONGEST_MS;
    }, 'not a duration from 1m to 30d, such as 7d')
    .describe('How long the link opens the page: 1m to 30d'),
});
const shareAnswer = z.looseObject({
  url: z.string().describe('Of the page; chats show its picture'),
  image: z.string().describe('Of the picture alone, a PNG of 1200 × 630'),
  expiresAt: time,
});
const shareParams = z.object({ link: z.string().min(1).max(1_000) });
type ShareParams = z.infer<typeof shareParams>;

/** Rollouts shown to people who have no login: by a link that is signed, ends, and lets them look at one rollout only. */
@ApiTags('shared rollouts')
@Controller()
export class SharedRolloutsController {
  private readonly views = new MadeOfRollouts<SharedRollout>(VIEW_FRESH_MS);
  private readonly cards = new MadeOfRollouts<Buffer>(CARD_FRESH_MS);

  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(SHARE_KEY) private readonly key: string,
    @Inject(LOGIN_SETTINGS) private readonly settings: LoginSettings,
  ) {}

  @Post('rollouts/:id/share')
  @ModelIn('rollout')
  @Scopes('operate')
  @Answer(shareAnswer, { status: 201, description: 'A new link' })
  @ApiOperation({
    summary:
      'Make a link that shows this rollout, and nothing else, to whoever has it, without a login. It is on the record; it ends by itself and cannot be called back',
  })
  async share(
    @Param({ schema: rolloutParams }) { id }: RolloutParams,
    @Body({ schema: shareRequest }) { expiresIn }: z.infer<typeof shareRequest>,
    @Actor() actor: string,
  ) {
    const expiresAt = 1_000 * Math.floor((Date.now() + (parseDuration(expiresIn) ?? 0)) / 1_000);
    const ends = new Date(expiresAt).toISOString();
    await this.uow.run(async (stores) => {
      // A right is given away, as a token is, and no traffic is moved: this is no event of the model.
      await stores.events.holdInstallation();
      const { model, version } = await requireShown(stores, id);
      const data = { rollout: id, model, version, expiresAt: ends };
      await stores.events.appendToInstallation({ type: 'share.issued', actor, data });
    });
    const url = this.urlOf(await signShare({ rolloutId: id, expiresAt }, this.key));
    return { url, image: `${url}/card.png`, expiresAt: ends };
  }

  @Get('shared-rollouts/:link')
  @Public()
  @Header('referrer-policy', 'no-referrer')
  @Header('x-robots-tag', 'noindex, nofollow')
  @Answer(z.string(), { type: 'text/html' })
  @ApiOperation({ summary: 'The page of a shared rollout: no token is asked for, the link is enough' })
  async page(
    @Param({ schema: shareParams }) { link }: ShareParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { rolloutId, expiresAt } = await readShare(link, this.key, Date.now());
    const shared = await this.look(await this.recordOf(rolloutId));
    void reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', SHARED_PAGE_POLICY)
      .header('cache-control', 'private, no-cache');
    return sharedPage(shared, {
      url: this.urlOf(link),
      base: this.settings.publicUrl,
      expires: new Date(expiresAt).toISOString(),
    });
  }

  @Get('shared-rollouts/:link/card.png')
  @Public()
  @Header('x-robots-tag', 'noindex, nofollow')
  @Answer(z.string().meta({ format: 'binary' }), { type: 'image/png' })
  @ApiOperation({ summary: 'The picture of a shared rollout, at most ten seconds old while it lives' })
  async card(
    @Param({ schema: shareParams }) { link }: ShareParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { rolloutId } = await readShare(link, this.key, Date.now());
    const record = await this.recordOf(rolloutId);
    const draw = async () => cardPng(cardSvg(await this.look(record)));
    void reply.type('image/png').header('cache-control', 'private, max-age=10');
    return this.cards.of(record, record.endedAt === null, performance.now(), draw);
  }

  private recordOf(rolloutId: string): Promise<RolloutRecord> {
    return this.uow.read((stores) => requireShown(stores, rolloutId));
  }

  private look(record: RolloutRecord): Promise<SharedRollout> {
    const make = () =>
      this.uow.read(async (stores) => {
        const events = (await stores.events.ofRollout(record.id)).map((event) => eventView(event, false));
        return sharedRollout(await shownRollout(stores, record), events, Date.now());
      });
    return this.views.of(record, record.endedAt === null, performance.now(), make);
  }

  private urlOf(link: string): string {
    return `${this.settings.publicUrl}/api/v1/shared-rollouts/${link}`;
  }
}

/** A rollout of a model that is still there: of a deleted one nothing is shown. @throws DomainError `rollout_not_found` */
async function requireShown(stores: Stores, id: string): Promise<RolloutRecord> {
  const record = await requireRollout(stores, id);
  // A deleted model is kept under a name that none can have.
  if (modelNameIsValid(record.model)) return record;
  throw new DomainError(
    'not_found',
    'rollout_not_found',
    'The model of this rollout was deleted; nothing is shown of it.',
  );
}
