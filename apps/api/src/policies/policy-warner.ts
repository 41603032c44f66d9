import { Inject, Injectable } from '@nestjs/common';
import {
  fewUnitsWarnings,
  type ModelRecord,
  type PolicyWarning,
  policyWarnings,
  type Reach,
  requireModel,
  trafficSeen,
} from '#libs/engine';
import type { Policy } from '#libs/rollout';
import { UNIT_OF_WORK, type UnitOfWork, URL_REFUSAL, type UrlRefusal } from '../ports.ts';

/** What whoever writes a policy, or saves one, is warned of: what would keep its releases from being judged as things are set up now. */
@Injectable()
export class PolicyWarner {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(URL_REFUSAL) private readonly refusal: UrlRefusal,
  ) {}

  /**
   * @param reach of whoever asks: names in URLs are looked up for those who may have URLs asked
   * @param model whose policy it will be, where prices are not asked for yet
   * @param perSecond requests a second, where that is known
   */
  of(
    policy: Policy,
    { mayAskUrls }: Pick<Reach, 'mayAskUrls'>,
    model: Pick<ModelRecord, 'name' | 'prices'> | null = null,
    perSecond: number | null = null,
  ): Promise<readonly PolicyWarning[]> {
    return policyWarnings(
      {
        read: (asked) => this.uow.read(asked),
        refusal: (url) => this.refusal(url, mayAskUrls),
      },
      policy,
      model,
      perSecond,
    );
  }

  /** The same for a policy that a model has got: also which gates its callers cannot prove, and which steps its traffic cannot end. */
  async ofModel(
    policy: Policy,
    reach: Pick<Reach, 'mayAskUrls'>,
    model: string,
  ): Promise<readonly PolicyWarning[]> {
    const { few, perSecond } = await this.uow.read(async (stores) => ({
      few: await fewUnitsWarnings(stores, model, policy),
      perSecond: await trafficSeen(stores, (await requireModel(stores, model)).id),
    }));
    return [...(await this.of(policy, reach, null, perSecond)), ...few];
  }
}
