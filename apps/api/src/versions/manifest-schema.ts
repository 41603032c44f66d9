import { z } from 'zod';
import { manifest } from './version.schema.ts';

/** The JSON Schema (2020-12) of `understudy.yaml`; docs/understudy.schema.json is a copy of it. */
export function manifestSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(manifest, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'understudy.yaml', description: 'A version of a model, as CI registers it.' };
}
