import { describeUnread } from './describe-unread.ts';
import type { OutputSpec } from './output-spec.ts';
import { type HeaderList, type NotRead, Payload } from './payload/index.ts';
import { type OutputReading, readOutput } from './read-output.ts';

/**
 * An answer of a model server. What its bytes say and what an output spec reads of it are made when they
 * are first asked for, and once: several ask, and reading costs more than passing on.
 */
export class ModelAnswer {
  readonly payload: Payload;
  private read: { readonly spec: OutputSpec; readonly reading: OutputReading | null } | null = null;

  /**
   * @param source the body; text stands for bytes that are decoded already
   * @param headers by which the bytes are read
   */
  constructor(
    readonly status: number,
    source: Uint8Array | string,
    headers: HeaderList = [],
  ) {
    this.payload = new Payload(source, headers);
  }

  /** The value of the body; `undefined` when it is none, or deeper or larger than is read. */
  json(): unknown {
    return this.payload.value;
  }

  /** Why the body is no value, whatever a spec asks for; `null`: it is one. */
  get unreadable(): NotRead | null {
    return this.payload.value === undefined ? this.payload.notRead : null;
  }

  /** What the spec reads; `null` where the answer does not have its form. */
  reading(spec: OutputSpec): OutputReading | null {
    if (this.read?.spec !== spec) this.read = { spec, reading: readOutput(this.json(), spec) };
    return this.read.reading;
  }

  /** Why the spec reads nothing of it; `null`: it reads something. */
  notReadBy(spec: OutputSpec): NotRead | null {
    if (this.reading(spec) !== null) return null;
    return this.payload.notRead ?? describeUnread(this.json(), spec)?.why ?? null;
  }
}
