import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

/** An instant as answers have it. */
export const time = z.string().meta({ format: 'date-time' });
export const nullableTime = time.nullable();
/** A page of a list. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.looseObject({ items: z.array(item), nextPageToken: z.string().nullable() });
export const listOf = <T extends z.ZodType>(item: T) => z.looseObject({ items: z.array(item) });

type SchemaObject = NonNullable<Extract<Parameters<typeof ApiResponse>[0], { schema?: unknown }>['schema']>;

/** Schemas that have an `id`, as components. */
const components = new Map<string, SchemaObject>();
export const namedSchemas = (): Readonly<Record<string, SchemaObject>> => Object.fromEntries(components);

/** A schema as OpenAPI 3.1 has it; those with an `id` are referred to. */
export function schemaOf(schema: z.ZodType): SchemaObject {
  // `z.toJSONSchema` puts what has an id under $defs, unless it is the root itself.
  const wrapped = z.toJSONSchema(z.object({ it: schema }), { io: 'output', unrepresentable: 'any' });
  const text = JSON.stringify(wrapped).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { properties, $defs = {} } = JSON.parse(text) as {
    properties: { it: SchemaObject };
    $defs?: Record<string, SchemaObject>;
  };
  for (const [name, { id: _id, ...definition }] of Object.entries($defs as Record<string, { id?: string }>))
    components.set(name, definition as SchemaObject);
  return properties.it;
}

/** What a handler answers when all is well. */
export function Answer(
  schema: z.ZodType | null,
  { status = 200, description = 'Done', type = 'application/json' } = {},
): MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status,
      description,
      ...(schema === null ? {} : { content: { [type]: { schema: schemaOf(schema) } } }),
    }),
  );
}
/** Nothing is said but that it is done. */
export const Done = () => Answer(null, { status: 204, description: 'Done; there is nothing to say' });
