import { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { canonicalJson } from '#libs/kernel';
import { invalid } from './mlflow-error.ts';

/** The parameters of a call: MLflow's client sends them as a query with GET, and as JSON with the rest. */
export class MlflowParams {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  /** @throws MlflowError when it is missing or empty */
  required(name: string): string {
    const value = this.optional(name);
    if (value === null || value === '')
      throw invalid(
        `Missing value for required parameter '${name}'. See the API docs for more information about request parameters.`,
      );
    return value;
  }

  /** @throws MlflowError when it is no text */
  optional(name: string): string | null {
    const value = this.values[name];
    if (value === undefined || value === null) return null;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') throw wrongType(name, value);
    if (value.includes('\0'))
      throw invalid(`Invalid value for parameter '${name}' supplied: it holds a NUL character.`);
    return value;
  }

  /** Whatever is given by this name, of any type: once, repeated or as a list. */
  given(name: string): readonly unknown[] {
    return [this.values[name]].flat();
  }

  flag(name: string): boolean {
    const value = this.values[name];
    return value === true || value === 'true';
  }

  /** Repeated, or a list. */
  list(name: string): readonly string[] {
    const value = this.values[name];
    if (value === undefined || value === null) return [];
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.map((item) => {
      if (typeof item !== 'string') throw wrongType(name, item);
      return item;
    });
  }

  /** `[{ key, value }, …]`; the last of a key counts. */
  tags(name: string): Record<string, string> {
    const value = this.values[name] ?? [];
    if (!Array.isArray(value)) throw wrongType(name, value);
    return Object.fromEntries(
      value.map((item: unknown) => {
        const { key, value: text } = (item ?? {}) as { key?: unknown; value?: unknown };
        if (typeof key !== 'string' || (text !== undefined && typeof text !== 'string'))
          throw wrongType(name, item);
        return [key, text ?? ''];
      }),
    );
  }

  /** How many a page holds. */
  maxResults(fallback: number, most: number): number {
    const value = this.values['max_results'];
    if (value === undefined || value === null || value === '') return fallback;
    const number = Number(value);
    if (Number.isInteger(number) && number >= 0 && number <= most) return number;
    const shown = JSON.stringify(String(value)).slice(0, 200);
    throw invalid(
      `Invalid value ${shown} for parameter 'max_results' supplied:  Hint: Value was of type 'str'. See the API docs for more information about request parameters.`,
    );
  }
}

const wrongType = (name: string, value: unknown) =>
  invalid(
    `Invalid value ${JSON.stringify(value).slice(0, 200)} for parameter '${name}' supplied. Hint: Value was of type '${typeof value}'. See the API docs for more information about request parameters.`,
  );

/**
 * All parameters of a request, for the handler and for whoever checks before it what the request is about.
 * @throws MlflowError for one that query and body give differently: which of them counts is nobody's to guess
 */
export function mlflowParamsOf({ query, body }: Pick<FastifyRequest, 'query' | 'body'>): MlflowParams {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const sent: Values = isObject && !(body instanceof Readable) ? (body as Values) : {};
  const asked = query as Values;
  for (const [name, value] of Object.entries(asked))
    if (Object.hasOwn(sent, name) && canonicalJson(sent[name]) !== canonicalJson(value))
      throw invalid(
        `Parameter '${name}' is given in the query and in the body, and not the same. Give it once.`,
      );
  return new MlflowParams({ ...asked, ...sent });
}
type Values = Readonly<Record<string, unknown>>;

/** All parameters of a call. */
export const Params = createParamDecorator((_data: unknown, context: ExecutionContext): MlflowParams => {
  return mlflowParamsOf(context.switchToHttp().getRequest<FastifyRequest>());
});
