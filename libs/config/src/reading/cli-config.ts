import { homedir } from 'node:os';
import path from 'node:path';

/** What the command line reads of its environment. */
export function loadCliConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  const folder =
    env['UNDERSTUDY_CONFIG'] ??
    path.join(env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config'), 'understudy');
  return {
    apiUrl: (env['UNDERSTUDY_URL'] || env['API_URL'])?.replace(/\/+$/, '') || null,
    token: env['UNDERSTUDY_TOKEN'] || null,
    configFolder: folder,
    // https://no-color.org
    isColoured: !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  };
}
