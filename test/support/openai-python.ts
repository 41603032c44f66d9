import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { installPython } from './python.ts';

/** The client of Python, from PyPI once; where it cannot be had, its tests are skipped and say why. */
export function pythonClient(): { readonly programs: string; readonly missing: string | null } {
  try {
    const programs = installPython(
      'openai',
      ['openai==3.57.0'],
      (line) => void process.stderr.write(`${line}\n`),
    );
    execFileSync(path.join(programs, 'python'), ['-c', 'import openai'], { stdio: 'ignore' });
    return { programs, missing: null };
  } catch (error) {
    return { programs: '', missing: `openai of PyPI could not be had: ${String(error).split('\n')[0]}` };
  }
}
/** Prints each chunk as it comes; its arguments: base URL, request. */
export const STREAM_IN_PYTHON = `
import json, sys, openai
client = openai.OpenAI(base_url=sys.argv[1], api_key="none", max_retries=0)
for chunk in client.chat.completions.create(**json.loads(sys.argv[2])):
    print(chunk.model_dump_json(), flush=True)
`;
