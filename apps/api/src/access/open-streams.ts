import type { ServerResponse } from 'node:http';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  LOGGER,
  type Logger,
  SESSION_STORE,
  type SessionStore,
  TOKEN_STORE,
  type TokenStore,
} from '../ports.ts';
import type { WithCaller } from './with-caller.ts';

/** A stream outlives the right to it by as much, and a question to the database. */
const CHECK_MS = 2_000;
/** For what was written before it ended. */
const LAST_WORDS_MS = 1_000;

/** An answer that goes on until either side ends it. */
export interface OpenStream {
  /** Nothing, where it has ended. Who reads too slowly is cut off. */
  readonly write: (text: string) => void;
  /** Calls once, when nothing more can be written. */
  readonly onEnd: (then: () => void) => void;
}

interface Held {
  readonly callerId: string;
  readonly end: () => void;
}

/**
 * Answers that go on for as long as the connection does, and no longer than the token or the session that they were
 * begun with: revoked, rotated out, expired or logged out, within a few seconds. Every handler that holds an answer
 * open does so here.
 */
@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly open = new Set<Held>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(TOKEN_STORE) private readonly tokens: TokenStore,
    @Inject(SESSION_STORE) private readonly sessions: SessionStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    this.open.clear();
  }

  /**
   * Answers 200 with a head, and keeps the connection.
   * @param mostUnreadBytes of what was written; who is further behind is cut off, and connects again
   * @returns `null` for HEAD: its answer has ended with the head
   */
  begin(
    { method, caller }: Pick<WithCaller, 'method' | 'caller'>,
    reply: FastifyReply,
    { type, mostUnreadBytes }: { readonly type: string; readonly mostUnreadBytes: number },
  ): OpenStream | null {
    if (!caller) throw new Error('a stream ends with its caller: it is for known ones');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    if (method === 'HEAD') {
      raw.end();
      return null;
    }
    raw.flushHeaders();
    return this.hold(raw, caller.id, mostUnreadBytes);
  }

  private hold(raw: ServerResponse, callerId: string, mostUnreadBytes: number): OpenStream {
    const listeners: (() => void)[] = [];
    const letGo = (): void => {
      if (!this.open.delete(held)) return;
      for (const then of listeners) then();
    };
    const end = (): void => {
      letGo();
      raw.end();
      setTimeout(() => raw.destroy(), LAST_WORDS_MS).unref();
    };
    const held = { callerId, end };
    this.open.add(held);
    raw.on('close', letGo);
    raw.on('error', letGo);
    this.timer ??= setTimeout(() => void this.check(), CHECK_MS).unref();
    return {
      write: (text) => {
        if (!this.open.has(held)) return;
        raw.write(text);
        if (raw.writableLength > mostUnreadBytes) raw.destroy();
      },
      onEnd: (then) => (this.open.has(held) ? void listeners.push(then) : then()),
    };
  }

  /** One question for all of them. Where nobody can be asked they go on, until somebody can. */
  private async check(): Promise<void> {
    const ids = [...new Set([...this.open].map(({ callerId }) => callerId))];
    try {
      const found = await Promise.all([this.tokens.alive(ids), this.sessions.alive(ids)]);
      const alive = new Set(found.flat());
      for (const { callerId, end } of this.open) if (ids.includes(callerId) && !alive.has(callerId)) end();
    } catch (error) {
      this.logger.warn({ err: error }, 'the database could not be asked whose streams are to end');
    }
    this.timer = this.open.size === 0 ? null : setTimeout(() => void this.check(), CHECK_MS).unref();
  }
}
