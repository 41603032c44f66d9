import { describeUnread } from '../output/describe-unread.ts';
import type { OutputSpec } from '../output/output-spec.ts';
import { type HeaderList, type NotRead, Payload } from '../payload/index.ts';
import { valueSaysNothing } from '../streams/says-nothing.ts';
import { type OutputReading, readOutput } from '../output/read-output.ts';

const WITHOUT_CONTENT = new Set([204, 205]);

/**
 * An answer of a model server. What its bytes say and what an output spec reads of it are made when they
 * are first asked for, and once: several ask, and reading costs more than passing on.
 */
export class ModelAnswer {
  readonly payload: Payload;
  private known: { last: { readonly spec: OutputSpec; readonly reading: OutputReading | null } | null } = {
    last: null,
  };

  /**
   * @param source the body; text stands for bytes that are decoded already
   * @param headers by which the bytes are read
   */
  constructor(
    readonly status: number,
    source: Uint8Array | string | Payload,
    headers: HeaderList = [],
  ) {
    this.payload = source instanceof Payload ? source : new Payload(source, headers);
  }

  /** What another server says to the same request. Where it says the very same, that is read once for both. */
  beside(status: number, bytes: Uint8Array, headers: HeaderList): ModelAnswer {
    const isSame = this.payload.isOf(bytes, headers);
    const other = new ModelAnswer(status, isSame ? this.payload : bytes, headers);
    if (isSame) other.known = this.known;
    return other;
  }

  /** The value of the body; `undefined` when it is none, or deeper or larger than is read. */
  json(): unknown {
    return this.payload.value;
  }

  /** Why the body is no value, whatever a spec asks for; `null`: it is one. */
  get unreadable(): NotRead | null {
    return this.payload.value === undefined ? this.payload.notRead : null;
  }

  /** It is a stream that ends without an event or line that says something; what cannot be read may say anything. */
  get isEmptyStream(): boolean {
    const isAnswer = this.status >= 200 && this.status < 300 && !WITHOUT_CONTENT.has(this.status);
    return isAnswer && this.payload.sequence?.every(valueSaysNothing) === true;
  }

  /** What the spec reads; `null` where the answer does not have its form. */
  reading(spec: OutputSpec): OutputReading | null {
    let { last } = this.known;
    if (last?.spec !== spec) this.known.last = last = { spec, reading: this.readBy(spec) };
    return last.reading;
  }

  private readBy(spec: OutputSpec): OutputReading | null {
    const reading = readOutput(this.json(), spec);
    // A text that looks like a number is a text, where that is what the headers and the spec call it.
    return reading === null && spec.kind === 'text' ? readOutput(this.payload.plainText, spec) : reading;
  }

  /** Why the spec reads nothing of it; `null`: it reads something. */
  notReadBy(spec: OutputSpec): NotRead | null {
    if (this.reading(spec) !== null) return null;
    return this.payload.notRead ?? describeUnread(this.json(), spec)?.why ?? null;
  }
}
