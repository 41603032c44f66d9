import { type Command, Option } from 'commander';
import { problemOf, UnderstudyError } from '#libs/client';
import { type Context } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { parsed, readText } from '../input.ts';
import { pairsOf, several } from '../options/pairs.ts';

const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;

/** Any request, in the manner of `gh api`. */
export function apiCommand(program: Command, context: () => Context): void {
  program
    .command('api <method> <path>')
    .description(
      'Send any request: understudy api GET models/digits; a path without a slash is below /api/v1/',
    )
    .option('--body <file>', 'the body: JSON, or YAML that is sent as JSON; - is standard input')
    .addOption(
      new Option(
        '--header <name=value>',
        'a header, as often as needed; with content-type=… the body goes as it is',
      )
        .argParser(several)
        .default([], 'none'),
    )
    .option('--include', 'status and headers of the answer first')
    .action(async (method: string, path: string, { body, header, include }: ApiOptions) => {
      const it = context();
      const headers = new Headers(pairsOf(header));
      const sent = body === undefined ? {} : { body: await bodyOf(body, headers) };
      if (it.token !== null) headers.set('authorization', `Bearer ${it.token}`);
      const asked = { method: method.toUpperCase(), headers, signal: it.signal, ...sent };
      const response = await ask(`${it.url}${path.startsWith('/') ? '' : '/api/v1/'}${path}`, asked);
      if (include) {
        const fields = [...response.headers].map(([name, value]) => `${name}: ${value}\n`);
        it.print.write(`${response.status} ${response.statusText}\n${fields.join('')}\n`);
      }
      if (!response.ok && response.status !== 304) throw new UnderstudyError(await problemOf(response));
      await print(it, response);
    });
}

interface ApiOptions {
  readonly body?: string;
  readonly header: readonly string[];
  readonly include?: true;
}

/** @throws Exit with the code of wrong usage for what is neither JSON nor YAML */
async function bodyOf(file: string, headers: Headers): Promise<string> {
  if (headers.has('content-type')) return readText(file);
  headers.set('content-type', 'application/json');
  return JSON.stringify(await parsed(file));
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  if (!URL.canParse(url)) throw new Exit(EXIT.usage, `${url} is no URL.`);
  return fetch(url, init).catch((error: unknown) => {
    const { cause, message } = error as Error;
    const detail = `Nobody answers at ${url} (${cause instanceof Error ? cause.message : message}).`;
    throw new UnderstudyError({ status: 0, code: 'unreachable', detail, errors: [] });
  });
}

/** JSON indented; other text as it comes, so that a stream is read while it runs. */
async function print({ print: to, signal }: Context, response: Response): Promise<void> {
  if (JSON_TYPE.test(response.headers.get('content-type') ?? '')) return to.json(await response.json());
  if (response.body === null) return;
  const text = response.body.pipeThrough(new TextDecoderStream());
  try {
    for await (const part of text as unknown as AsyncIterable<string>) to.write(part);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
