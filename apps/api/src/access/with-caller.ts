import type { FastifyRequest } from 'fastify';
import type { Caller } from '#libs/engine';

/** A request whose caller AccessGuard has found. */
export type WithCaller = FastifyRequest & { caller?: Caller };
