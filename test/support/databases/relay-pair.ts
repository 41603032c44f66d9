import type { Socket } from 'node:net';

/** How a relay carries bytes at present; of all of its connections. */
export interface Manner {
  isStalled: boolean;
  delayMs: number;
  /** What is left of a piece that the server sent. */
  lose: ((bytes: Buffer) => Buffer) | null;
  /** Is told of each piece that a client sends, before it is carried. */
  heed: ((bytes: Buffer, name: string) => void) | null;
}

/** One direction of one connection: pieces leave in the order in which they came. */
class Lane {
  private readonly waiting: (readonly [leavesAt: number, bytes: Buffer | null])[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly to: Socket,
    private readonly manner: Manner,
  ) {}

  /** @param bytes `null`: the end */
  take(bytes: Buffer | null): void {
    const last = this.waiting.at(-1)?.[0] ?? 0;
    this.waiting.push([Math.max(last, performance.now() + this.manner.delayMs), bytes]);
    this.goOn();
  }

  goOn(): void {
    clearTimeout(this.timer);
    while (!this.manner.isStalled) {
      const [first] = this.waiting;
      if (!first) return;
      const [leavesAt, bytes] = first;
      const ms = leavesAt - performance.now();
      if (ms > 0) {
        this.timer = setTimeout(() => this.goOn(), Math.ceil(ms));
        return;
      }
      this.waiting.shift();
      if (bytes) this.to.write(bytes);
      else this.to.end();
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.waiting.length = 0;
  }
}

/** A client's connection to a relay, and the relay's to the server. Both sockets allow half-open connections. */
export class RelayPair {
  /** As its client has told PostgreSQL; empty for others. */
  name = '';
  private isMuted = false;
  private readonly lanes: readonly Lane[];

  /** @param outer `null`: what comes is read, and not answered */
  constructor(
    private readonly inner: Socket,
    private readonly outer: Socket | null,
    manner: Manner,
    onEnd: () => void,
  ) {
    this.lanes = outer ? [new Lane(outer, manner), new Lane(inner, manner)] : [];
    const [there, back] = this.lanes;
    inner.once('data', (start: Buffer) => {
      this.name = /application_name\0([^\0]*)/.exec(start.toString('latin1'))?.[1] ?? '';
    });
    inner.on('data', (bytes: Buffer) => {
      if (this.isMuted) return;
      manner.heed?.(bytes, this.name);
      // It may have gone silent by it.
      if (!this.hasGoneSilent()) there?.take(bytes);
    });
    inner.on('end', () => (there && !this.isMuted ? there.take(null) : inner.end()));
    inner.on('close', () => {
      onEnd();
      for (const lane of this.lanes) lane.close();
      // The server hears nothing of the end of what is forgotten, either.
      if (!this.isMuted) outer?.destroy();
    });
    outer?.on('data', (bytes: Buffer) => {
      if (this.isMuted) return;
      const left = manner.lose?.(bytes) ?? bytes;
      if (!this.hasGoneSilent()) back?.take(left);
    });
    outer?.on('end', () => this.isMuted || back?.take(null));
    outer?.on('error', () => this.isMuted || inner.destroy());
  }

  /** @returns what stays open at the server */
  mute(): Socket | null {
    this.isMuted = true;
    return this.outer;
  }

  private hasGoneSilent(): boolean {
    return this.isMuted;
  }

  goOn(): void {
    for (const lane of this.lanes) lane.goOn();
  }

  end(): void {
    this.inner.destroy();
  }

  reset(): void {
    if (this.inner.connecting) this.inner.destroy();
    else this.inner.resetAndDestroy();
  }

  /** @returns what stays open at the server */
  halfClose(): Socket | null {
    const outer = this.mute();
    this.inner.end();
    return outer;
  }
}
