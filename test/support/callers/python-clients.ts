import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { installPython } from '../../../examples/mlflow/python-packages.ts';

/** OpenAI's client and LangChain's for Python, from PyPI once; where they cannot be had, their tests are skipped, counted so, and say why. */
export function pythonClients(): { readonly programs: string; readonly missing: string | null } {
  try {
    const programs = installPython(
      'openai',
      ['openai==3.57.0', 'langchain-openai==1.7.4'],
      (line) => void process.stderr.write(`${line}\n`),
    );
    execFileSync(path.join(programs, 'python'), ['-c', 'import openai, langchain_openai'], {
      stdio: 'ignore',
    });
    return { programs, missing: null };
  } catch (error) {
    return {
      programs: '',
      missing: `openai and langchain-openai of PyPI could not be had: ${String(error).split('\n')[0]}`,
    };
  }
}
/** Prints each chunk as it comes; its arguments: base URL, request. */
export const STREAM_IN_PYTHON = `
import json, sys, openai
client = openai.OpenAI(base_url=sys.argv[1], api_key="none", max_retries=0)
for chunk in client.chat.completions.create(**json.loads(sys.argv[2])):
    print(chunk.model_dump_json(), flush=True)
`;
/** The same by LangChain, whose chunks are its own. It takes a second to load, so one process reads all: of each line with base URL and request it prints the chunks, and an empty line. */
export const STREAM_IN_LANGCHAIN = `
import json, sys
from langchain_openai import ChatOpenAI
for line in sys.stdin:
    base, asked = json.loads(line)
    model = ChatOpenAI(model=asked["model"], base_url=base, api_key="none", max_retries=0,
                       seed=asked["seed"], max_tokens=asked["max_tokens"], stream_usage=True)
    for chunk in model.stream([(m["role"], m["content"]) for m in asked["messages"]]):
        print(chunk.model_dump_json(), flush=True)
    print(flush=True)
`;
