import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Action, ACTIONS } from '#libs/rollout';

/** Each action has a path of its own; this is the last part of it. */
export const ActionOfPath = createParamDecorator((_data: unknown, context: ExecutionContext): Action => {
  const { url = '' } = context.switchToHttp().getRequest<FastifyRequest>().routeOptions;
  const found = ACTIONS.find((action) => url.endsWith(`/${action}`));
  if (!found) throw new Error(`${url} names no action`);
  return found;
});
