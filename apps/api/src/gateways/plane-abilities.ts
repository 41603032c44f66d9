import { Inject, Injectable } from '@nestjs/common';
import { ABILITIES_EVERY_MS, type ToldAbility } from '#libs/engine';
import { A_PLANE, MOVES_CALLERS } from '#libs/rollout';
import { PLANE_FEEDS, type PlaneFeed } from '#libs/traffic';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

/** Steps go by this one as long as it is fresh (`GATEWAY_ALIVE_MS`). */
const MOVES_EVERY_MS = 2_000;

/** Notes what connected data planes can do, so that releases whose gates none of them feeds are refused. */
@Injectable()
export class PlaneAbilities {
  /** When this process has noted it last, on its clock. */
  private readonly notedAt = new Map<ToldAbility, number>();

  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  /** A data plane has spoken. @param lacks what it does not do @param moves it moves callers who are counted elsewhere */
  async heard(lacks: readonly PlaneFeed[], moves: boolean): Promise<void> {
    const now = performance.now();
    const isDue = (name: ToldAbility): boolean =>
      now - (this.notedAt.get(name) ?? -Infinity) >=
      (name === MOVES_CALLERS ? MOVES_EVERY_MS : ABILITIES_EVERY_MS);
    const does = PLANE_FEEDS.filter((feed) => !lacks.includes(feed));
    const names: ToldAbility[] = [
      A_PLANE,
      ...does.map((feed) => `plane:${feed}` as const),
      ...(moves ? ([MOVES_CALLERS] as const) : []),
    ];
    const due = names.filter(isDue);
    if (due.length === 0) return;
    for (const name of due) this.notedAt.set(name, now);
    await this.uow.run((stores) => stores.abilities.note(due));
  }
}
