import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

let known: string | null | undefined;

/** The version of this release, of the package that this file is in; `null`: none is found. */
export function releaseVersion(): string | null {
  known ??= find(import.meta.dirname);
  return known;
}

function find(folder: string): string | null {
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (name === 'understudy') return version ?? null;
  }
  const above = path.dirname(folder);
  return above === folder ? null : find(above);
}
