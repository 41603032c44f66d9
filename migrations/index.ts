import { FirstRelease1795000000000 } from './1795000000000-first-release.ts';

/** In the order in which they run. */
export const MIGRATIONS = [FirstRelease1795000000000] as const;
