import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GROUP_ACTIONS, type GroupAction } from '#libs/engine';

/** What an approver may say; the rest is an operator's. */
export const JUDGED: readonly GroupAction[] = ['approve', 'reject'];
export const STEERED = GROUP_ACTIONS.filter((action) => !JUDGED.includes(action));

/** Each action has a path of its own; this is the last part of it. */
export const GroupActionOfPath = createParamDecorator(
  (_data: unknown, context: ExecutionContext): GroupAction => {
    const { url = '' } = context.switchToHttp().getRequest<FastifyRequest>().routeOptions;
    const found = GROUP_ACTIONS.find((action) => url.endsWith(`/${action}`));
    if (!found) throw new Error(`${url} names no action`);
    return found;
  },
);
