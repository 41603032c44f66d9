import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
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

/** All parameters of a call. */
export const Params = createParamDecorator((_data: unknown, context: ExecutionContext): MlflowParams => {
  const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
  const sent = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  return new MlflowParams({ ...(query as object), ...sent });
});
