import type { Socket } from 'node:net';
import type { MemoryBudget } from '../process/memory-budget.ts';
import type { CallerLimits } from './caller-clock.ts';
import type { CallerRequest } from './caller-request.ts';
import type { CallerResponse } from './caller-response.ts';

/** Whom a caller's connection gives its requests to. */
export interface ConnectionHost<C> {
  readonly limits: CallerLimits;
  readonly memory: MemoryBudget;
  /** What callers connect by. */
  readonly scheme: 'http' | 'https';
  /** No more requests are taken: answers say so, and connections end with them. */
  readonly isDraining: () => boolean;
  handle(request: CallerRequest, response: CallerResponse): void;
  /** It speaks HTTP/2: somebody else reads it from now on, and says so. @param first what has come of it */
  speaksHttp2(socket: Socket, first: Buffer): void;
  gone(connection: C): void;
}
