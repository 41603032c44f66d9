import type { OutputSpec } from './output-spec.ts';
import { type OutputReading, readOutput } from './read-output.ts';

/**
 * An answer of a model server. Its text, its JSON and what an output spec reads of it are made when they
 * are first asked for, and once: several ask, and reading costs more than passing on.
 */
export class ModelAnswer {
  private text: string | null = null;
  private value: { readonly json: unknown } | null = null;
  private read: { readonly spec: OutputSpec; readonly reading: OutputReading | null } | null = null;

  /** @param source the body: text, or bytes whose `toString` decodes them */
  constructor(
    readonly status: number,
    private readonly source: { toString(): string },
  ) {}

  get body(): string {
    return (this.text ??= this.source.toString());
  }

  /** The JSON value of the body; `undefined` when it is none. */
  json(): unknown {
    return (this.value ??= { json: parseAnswer(this.body) }).json;
  }

  /** What the spec reads; `null` where the answer does not have its form. */
  reading(spec: OutputSpec): OutputReading | null {
    if (this.read?.spec !== spec) this.read = { spec, reading: readOutput(this.json(), spec) };
    return this.read.reading;
  }
}

/** The JSON value of a body; `undefined` when it is none. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
