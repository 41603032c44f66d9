/** Who takes a body that is too large to hold. */
export interface FlowSink {
  /** Do others wait for what it holds? */
  isContested?(): boolean;
  /** @returns `false` to be given no more until `resume` */
  data(bytes: Buffer): boolean;
  end(): void;
  /** The caller has left in the middle. */
  broken(): void;
}

/** How the caller is held up. */
export interface FlowSource {
  pause(): void;
  resume(): void;
}

/** No more than this waits for whoever takes it: bytes (a read of a socket is as large), and pieces, each an object. */
const MOST_WAITING_BYTES = 65_536;
const MOST_WAITING_PIECES = 64;

/**
 * A body as it comes, no faster than it is taken. Not a stream of Node's: one that is destroyed
 * without a listener throws out of nowhere, which ended the process when a caller left while it waited.
 */
export class BodyFlow {
  private waiting: Buffer[] = [];
  private bytes = 0;
  private sink: FlowSink | null = null;
  private stopped = false;
  private state: 'open' | 'ended' | 'broken' = 'open';

  /** @param first what has come already */
  constructor(
    private readonly source: FlowSource,
    first: readonly Buffer[],
  ) {
    for (const bytes of first) this.push(bytes);
  }

  /** A connection to the model server is held for it, for which others wait. */
  get isContested(): boolean {
    return this.sink?.isContested?.() ?? false;
  }

  /** From now on it goes here, beginning with what waits. */
  pour(sink: FlowSink): void {
    if (this.state === 'broken') return sink.broken();
    this.sink = sink;
    this.stopped = false;
    this.drain();
  }

  /** The sink can take more. */
  resume(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.drain();
  }

  /** By the caller's side. */
  push(bytes: Buffer): void {
    if (this.state !== 'open') return;
    if (this.sink && !this.stopped && this.waiting.length === 0) this.stopped = !this.sink.data(bytes);
    else {
      this.waiting.push(bytes);
      this.bytes += bytes.length;
    }
    if (this.stopped || this.bytes >= MOST_WAITING_BYTES || this.waiting.length >= MOST_WAITING_PIECES)
      this.source.pause();
  }

  end(): void {
    if (this.state !== 'open') return;
    this.state = 'ended';
    this.drain();
  }

  breakOff(): void {
    if (this.state === 'broken') return;
    this.state = 'broken';
    this.waiting = [];
    this.sink?.broken();
    this.sink = null;
  }

  private drain(): void {
    while (this.sink && !this.stopped) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      this.bytes -= next.length;
      this.stopped = !this.sink.data(next);
    }
    if (this.sink === null || this.stopped) return;
    if (this.state === 'open') return this.source.resume();
    if (this.state === 'broken') return;
    const { sink } = this;
    this.sink = null;
    sink.end();
  }
}
