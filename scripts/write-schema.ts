import { writeFile } from 'node:fs/promises';
import { manifestSchema } from '../apps/api/src/versions/manifest-schema.ts';
import { policyJsonSchema } from '#libs/rollout';
import { valuesSchema } from './helm/values-schema.ts';

/** Writes JSON Schemas to where editors and people find them: of manifests, of policies, and of the Helm chart's values. Tests compare. */
const write = (file: string, schema: unknown): Promise<void> =>
  writeFile(file, `${JSON.stringify(schema, null, 2)}\n`);

await write('docs/understudy.schema.json', manifestSchema());
await write('docs/policy.schema.json', policyJsonSchema());
await write('deploy/helm/understudy/values.schema.json', valuesSchema());
