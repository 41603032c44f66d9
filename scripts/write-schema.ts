import { writeFile } from 'node:fs/promises';
import { manifestSchema } from '../apps/api/src/versions/manifest-schema.ts';

/** Writes the JSON Schema of manifests to where editors and people find it. A test compares the two. */
await writeFile('docs/understudy.schema.json', `${JSON.stringify(manifestSchema(), null, 2)}\n`);
