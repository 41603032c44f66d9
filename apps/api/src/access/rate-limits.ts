import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '#libs/kernel';
import { RATE_LIMIT_SETTINGS, type RateLimitSettings } from '../ports.ts';

const WINDOW_SECONDS = 10;

/** Too many requests: try again later. */
export class RateLimitedError extends DomainError {
  constructor(readonly retryAfterSeconds: number) {
    super(
      'too_many',
      'rate_limited',
      `Too many requests. Try again in ${retryAfterSeconds} s; an operator sets how many (RATE_LIMIT, RATE_LIMIT_ANONYMOUS).`,
    );
  }
}

/** How often a caller may call, and an address that shows no token that we know. Each api process counts for itself. */
@Injectable()
export class RateLimits {
  private readonly callers: RateLimiterMemory | null;
  private readonly addresses: RateLimiterMemory | null;

  constructor(@Inject(RATE_LIMIT_SETTINGS) { perCaller, perAddress }: RateLimitSettings) {
    this.callers = limiter('caller', perCaller);
    this.addresses = limiter('address', perAddress);
  }

  /** @throws RateLimitedError */
  async countCaller(id: string): Promise<void> {
    await count(this.callers, id);
  }

  /** @throws RateLimitedError */
  async countAddress(address: string): Promise<void> {
    await count(this.addresses, address);
  }
}

function limiter(keyPrefix: string, perMinute: number): RateLimiterMemory | null {
  if (perMinute === 0) return null;
  return new RateLimiterMemory({
    ...{ keyPrefix, duration: WINDOW_SECONDS },
    points: Math.max(1, Math.round((perMinute * WINDOW_SECONDS) / 60)),
  });
}

async function count(limit: RateLimiterMemory | null, key: string): Promise<void> {
  try {
    await limit?.consume(key);
  } catch (refused) {
    if (refused instanceof RateLimiterRes)
      throw new RateLimitedError(Math.ceil(refused.msBeforeNext / 1_000));
    throw refused;
  }
}
