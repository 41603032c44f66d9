import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import pg from 'pg';
import { afterSilence } from '#libs/silence';

/** How often a connection tells itself something, to hear whether it still hears. */
const BEAT_MS = 1_000;
/** A connection that has not heard itself by then is dead. */
const SILENCE_MS = 4_000;
/** The same for one that is being set up. */
const SET_UP_MS = 4_000;
/** Its own statements, which wait for others that tell something: PostgreSQL ends them, and says why, before the silence does. */
const STATEMENT_MS = 3_000;
/** It tells itself something every second: PostgreSQL ends one that was forgotten, and the notifications that wait for it go. */
const FORGOTTEN_MS = 15_000;
const GOODBYE_MS = 1_000;

export interface ListeningHandlers {
  readonly message: (payload: string) => void;
  /** Once, when it was open and is no more; not after `close`. */
  readonly ended: (reason: string) => void;
}

/**
 * One connection that listens to a channel, from when it has heard itself there for the first time until it does
 * not hear itself any more: it tells itself something every second, by the way that all notifications go.
 */
export class ListeningConnection {
  private readonly socket = new Socket();
  private readonly client: pg.Client;
  /** A channel of its own: nobody else hears its beats. */
  private readonly beats = `understudy_${randomUUID().replaceAll('-', '')}`;
  private timer: NodeJS.Timeout | undefined;
  private stopSilence: () => void = () => undefined;
  private opened: (() => void) | null = null;
  private failed: ((error: Error) => void) | null = null;
  private over = false;

  private constructor(
    connectionString: string,
    private readonly on: ListeningHandlers,
  ) {
    this.client = new pg.Client({
      ...{ connectionString, stream: () => this.socket, application_name: 'understudy-listener' },
      ...{ keepAlive: true, keepAliveInitialDelayMillis: BEAT_MS },
    });
    this.client.on('error', (error) => this.end(error.message));
    this.client.on('end', () => this.end('the connection was closed'));
    this.client.on('notification', ({ channel, payload }) => {
      if (channel === this.beats) this.heardItself();
      else if (payload) this.on.message(payload);
    });
  }

  /** @throws Error when the database is away, or says nothing, or what is told on the connection is not heard on it */
  static open(
    connectionString: string,
    channel: string,
    on: ListeningHandlers,
  ): Promise<ListeningConnection> {
    const one = new ListeningConnection(connectionString, on);
    return new Promise((resolve, reject) => {
      one.opened = () => resolve(one);
      one.failed = reject;
      one.endAfterSilence(SET_UP_MS, `it was not set up within ${SET_UP_MS} ms`);
      one.listen(channel).catch((error: Error) => one.end(error.message));
    });
  }

  /** Says goodbye, and does not wait for an answer for long. */
  async close(): Promise<void> {
    this.over = true;
    this.stopTimers();
    const giveUp = setTimeout(() => this.socket.destroy(), GOODBYE_MS);
    await this.client.end().catch(() => undefined);
    clearTimeout(giveUp);
  }

  private async listen(channel: string): Promise<void> {
    await this.client.connect();
    // Not by start-up parameters: poolers refuse them.
    await this.client.query(
      `SET statement_timeout = ${STATEMENT_MS}; SET lock_timeout = ${STATEMENT_MS}; SET idle_session_timeout = ${FORGOTTEN_MS}`,
    );
    await this.client.query(`LISTEN ${channel}`);
    await this.client.query(`LISTEN ${this.beats}`);
    await this.tellItself();
  }

  /** Nobody tells anything on a server that only reads: after a failover the one that writes is another one. */
  private async tellItself(): Promise<void> {
    const { rowCount } = await this.client.query(
      `SELECT pg_notify($1, '') WHERE current_setting('transaction_read_only') = 'off'`,
      [this.beats],
    );
    if (rowCount === 0) this.end('its server can only be read');
  }

  private heardItself(): void {
    if (this.over) return;
    this.stopTimers();
    this.opened?.();
    this.opened = this.failed = null;
    this.timer = setTimeout(() => {
      this.endAfterSilence(SILENCE_MS, `it has heard nothing for ${SILENCE_MS} ms`);
      this.tellItself().catch((error: Error) => this.end(error.message));
    }, BEAT_MS);
  }

  private endAfterSilence(ms: number, reason: string): void {
    this.stopSilence = afterSilence(ms, () => this.end(reason));
  }

  private stopTimers(): void {
    clearTimeout(this.timer);
    this.stopSilence();
  }

  private end(reason: string): void {
    if (this.over) return;
    this.over = true;
    this.stopTimers();
    this.socket.destroy();
    if (this.failed) this.failed(new Error(`the connection for notifications: ${reason}`));
    else this.on.ended(reason);
  }
}
