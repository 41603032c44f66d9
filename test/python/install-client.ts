import { readFileSync } from 'node:fs';
import { installPython } from '../../examples/mlflow/python-packages.ts';

/** Where the client is. */
export const CLIENT = 'clients/python';

/** What `dev` of its pyproject.toml pins. */
function packages(): string[] {
  const [, list = ''] = /^dev = \[\n(.*?)^\]/ms.exec(readFileSync(`${CLIENT}/pyproject.toml`, 'utf8')) ?? [];
  return [...list.matchAll(/"([^"]+==[^"]+)"/g)].map(([, name = '']) => name);
}

/** Installs what its tests need, in `.cache/python`. @returns the folder of programs; `null`: it cannot be, which was said */
export function installClient(say: (line: string) => void): string | null {
  try {
    return installPython('python', packages(), say);
  } catch (error) {
    say(
      `the Python client is not tested: its packages cannot be installed (${(error as Error).message.split('\n')[0] ?? ''})`,
    );
    return null;
  }
}
