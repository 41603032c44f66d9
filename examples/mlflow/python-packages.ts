import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a virtual environment with some packages once; it is kept for the next run.
 * @param packages pinned, as `name==1.2.3`
 * @returns the folder of its programs
 */
export function installPython(
  name: string,
  packages: readonly string[],
  say: (line: string) => void,
): string {
  const folder = path.resolve('.cache', name);
  const programs = path.join(folder, 'bin');
  const stamp = path.join(folder, packages.join('+'));
  if (existsSync(stamp)) return programs;
  say(`Installing ${packages.join(', ')} …`);
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  const python = path.join(programs, 'python');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
  mkdirSync(stamp);
  return programs;
}
