import { type BoundedJson, parseBounded } from '#libs/kernel';
import type { OutputSpec } from './output-spec.ts';
import { type OutputReading, readOutput } from './read-output.ts';

/**
 * An answer of a model server. Its text, its JSON and what an output spec reads of it are made when they
 * are first asked for, and once: several ask, and reading costs more than passing on.
 */
export class ModelAnswer {
  private text: string | null = null;
  private parsed: BoundedJson | null = null;
  private read: { readonly spec: OutputSpec; readonly reading: OutputReading | null } | null = null;

  /** @param source the body: text, or bytes whose `toString` decodes them */
  constructor(
    readonly status: number,
    private readonly source: { toString(): string },
  ) {}

  get body(): string {
    return (this.text ??= this.source.toString());
  }

  /** The JSON value of the body; `undefined` when it is none, or deeper or larger than is read. */
  json(): unknown {
    return this.bounded().value;
  }

  /** Why the body is unreadable, whatever a spec asks for: no JSON, or beyond the bounds; `null`: it is JSON. */
  get unreadable(): string | null {
    return this.bounded().problem;
  }

  private bounded(): BoundedJson {
    return (this.parsed ??= parseBounded(this.body));
  }

  /** What the spec reads; `null` where the answer does not have its form. */
  reading(spec: OutputSpec): OutputReading | null {
    if (this.read?.spec !== spec) this.read = { spec, reading: readOutput(this.json(), spec) };
    return this.read.reading;
  }
}

/** The JSON value of a peer's body; `undefined` when it is none, or beyond the bounds of `parseBounded`. */
export const parseAnswer = (text: string): unknown => parseBounded(text).value;
