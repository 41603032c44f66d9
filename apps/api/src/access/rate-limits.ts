import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '#libs/kernel';
import { LOGGER, type Logger, RATE_LIMIT_SETTINGS, type RateLimitSettings } from '../ports.ts';
import { SharedOrOwn, Sharing } from './shared-or-own.ts';

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

type Limit = RateLimiterMemory | SharedOrOwn;

/**
 * How often a caller may call, and an address that shows no token that we know. The api processes on one Redis count
 * together; without one, and while it is away, each counts for itself (ADR 48).
 */
@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly callers: Limit | null;
  private readonly addresses: Limit | null;

  constructor(
    @Inject(RATE_LIMIT_SETTINGS) private readonly settings: RateLimitSettings,
    @Inject(LOGGER) logger: Logger,
  ) {
    const sharing = new Sharing(
      {
        lost: (err) =>
          logger.warn(
            { err },
            'Redis does not answer: rate limits are of each api process until it does. Start it, or mend REDIS_URL',
          ),
        back: () => logger.info('rate limits are shared by the api processes again'),
      },
      () => performance.now(),
    );
    this.callers = limiter(settings, sharing, 'caller', settings.perCaller);
    this.addresses = limiter(settings, sharing, 'address', settings.perAddress);
  }

  /** @throws RateLimitedError */
  async countCaller(id: string): Promise<void> {
    await count(this.callers, id);
  }

  /** Of IPv6, all addresses of a network of 64 bits count as one. @throws RateLimitedError */
  async countAddress(address: string): Promise<void> {
    await count(this.addresses, this.settings.networkToLimit(address));
  }

  onApplicationShutdown(): void {
    this.settings.shared?.close();
  }
}

function limiter(
  { shared }: RateLimitSettings,
  sharing: Sharing,
  name: string,
  perMinute: number,
): Limit | null {
  if (perMinute === 0) return null;
  const points = Math.max(1, Math.round((perMinute * WINDOW_SECONDS) / 60));
  const own = new RateLimiterMemory({ keyPrefix: name, duration: WINDOW_SECONDS, points });
  return shared === null ? own : new SharedOrOwn(shared.limiter(name, points, WINDOW_SECONDS), own, sharing);
}

async function count(limit: Limit | null, key: string): Promise<void> {
  try {
    await limit?.consume(key);
  } catch (refused) {
    if (refused instanceof RateLimiterRes)
      throw new RateLimitedError(Math.ceil(refused.msBeforeNext / 1_000));
    throw refused;
  }
}
