import path from 'node:path';
import process from 'node:process';
import transform from '../../../scripts/jest/transform.mjs';

/** Reads one file of the sources as if a mutant were in it (`MUTANT`: JSON with file, find, replace). The file stays as it is. */
const mutant = JSON.parse(process.env.MUTANT);
const mutated = (source, filename) => {
  if (path.relative(process.cwd(), filename).replaceAll('\\', '/') !== mutant.file) return source;
  if (source.split(mutant.find).length !== 2)
    throw new Error(`${mutant.file} has the mutant's text not once`);
  return source.replace(mutant.find, () => mutant.replace);
};

export default {
  ...transform,
  process: (source, filename, options) => transform.process(mutated(source, filename), filename, options),
  processAsync: (source, filename, options) =>
    transform.processAsync(mutated(source, filename), filename, options),
  getCacheKey: (source, filename, options) =>
    transform.getCacheKey(mutated(source, filename), filename, options),
};
