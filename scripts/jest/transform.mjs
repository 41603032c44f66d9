import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTransformer } from '@swc/jest';
import { bindGlobals } from './bound-globals.mjs';

const swc = createTransformer();
const bound = ({ code, ...more }) => ({ ...more, code: bindGlobals(code) });
/** What is kept of an earlier run was made by these very lines. */
const own = readFileSync(new URL('./bound-globals.mjs', import.meta.url));

/** How jest reads our sources: types away (swc), globals looked up once a module. */
export default {
  ...swc,
  process: (...given) => bound(swc.process(...given)),
  processAsync: async (...given) => bound(await swc.processAsync(...given)),
  getCacheKey: (...given) =>
    createHash('sha256')
      .update(own)
      .update(swc.getCacheKey(...given))
      .digest('hex'),
};
