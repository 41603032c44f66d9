import path from 'node:path';
import process from 'node:process';
import { createTransformer } from '@swc/jest';

/** Reads one file of the sources as if a mutant were in it (`MUTANT`: JSON with file, find, replace). The file stays as it is. */
const mutant = JSON.parse(process.env.MUTANT);
const swc = createTransformer();
const mutated = (source, filename) => {
  if (path.relative(process.cwd(), filename).replaceAll('\\', '/') !== mutant.file) return source;
  if (source.split(mutant.find).length !== 2)
    throw new Error(`${mutant.file} has the mutant's text not once`);
  return source.replace(mutant.find, () => mutant.replace);
};

export default {
  ...swc,
  process: (source, filename, options) => swc.process(mutated(source, filename), filename, options),
  processAsync: (source, filename, options) => swc.processAsync(mutated(source, filename), filename, options),
  getCacheKey: (source, filename, options) => swc.getCacheKey(mutated(source, filename), filename, options),
};
