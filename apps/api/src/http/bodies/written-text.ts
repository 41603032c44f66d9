import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const texts = new WeakMap<FastifyRequest, string>();

/** Keeps the text of a body for as long as its request is there. */
export const keepText = (request: FastifyRequest, text: string): void => void texts.set(request, text);

/** The body as its author wrote it, comments and order included; `null`: it was not sent as YAML. */
export const WrittenText = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null =>
    texts.get(context.switchToHttp().getRequest<FastifyRequest>()) ?? null,
);
