import { spawn } from 'node:child_process';

/** How each system opens an address with whatever the person uses. */
const PROGRAMS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
};

/** Opens an address in the browser of whoever sits here. Where there is none nothing happens: the address is printed anyway. */
export function openBrowser(
  url: string,
  hasScreen: boolean,
  platform: NodeJS.Platform = process.platform,
): void {
  const [program, ...words] = PROGRAMS[platform] ?? [];
  if (program === undefined || (platform === 'linux' && !hasScreen)) return;
  spawn(program, [...words, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
