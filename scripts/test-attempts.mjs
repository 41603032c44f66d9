/**
 * What a run of the tests came to, with a second attempt of some files (docs/adr/0020).
 *
 * @typedef {{ path: string, passed: number, failed: number, skipped: number, failures: string[] }} FileResult
 *   `path` from the root of the project, with `/`; `failures` are the full names of the tests that failed.
 */

/** More than this is no chance. */
const MOST_FILES = 6;

/**
 * The files that are run again: those of processes, when only such have failed, and not many of them.
 *
 * @param {FileResult[]} files
 * @param {boolean} isWhole all files were run to their end; what was never run cannot pass at a second attempt
 * @returns {string[]} paths; empty when there is nothing to gain
 */
export function forSecondAttempt(files, isWhole = true) {
  if (!isWhole) return [];
  const failed = files.filter((file) => file.failed > 0).map((file) => file.path);
  const ofProcesses = failed.every((file) => file.startsWith('test/') && !file.startsWith('test/model/'));
  return ofProcesses && failed.length <= MOST_FILES ? failed : [];
}

/**
 * @param {FileResult[]} first all files
 * @param {FileResult[]} second those that were run again, whose counts replace those of the first attempt
 * @returns {{ passed: number, failed: number, skipped: number, again: string[] }} `again`: "file: test" of what failed
 *   at the first attempt in a file that has passed at the second
 */
function outcome(first, second) {
  const later = new Map(second.map((file) => [file.path, file]));
  const last = first.map((file) => later.get(file.path) ?? file);
  const sum = (key) => last.reduce((total, file) => total + file[key], 0);
  const again = first
    .filter((file) => file.failed > 0 && later.get(file.path)?.failed === 0)
    .flatMap((file) => file.failures.map((name) => `${file.path}: ${name}`));
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), again };
}

/** @returns {string} what passed at the second attempt only, by name, and at the end the line that CI reads */
export function closingLines(first, second) {
  const { passed, failed, skipped, again } = outcome(first, second);
  return [
    `${again.length} passed at the second attempt only`,
    ...again.map((name) => `  ${name}`),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
    '',
  ].join('\n');
}
