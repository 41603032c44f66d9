import type { Command } from 'commander';
import { UnderstudyError } from '#libs/client';
import { type Context, dataOf, type Output, printDocument, printOne } from '../../context.ts';
import { ifSeen } from '../../requests/if-seen.ts';
import { parsed, written } from '../../input.ts';
import { idOf } from '../../requests/named.ts';
import { numberIn } from '../../options/number-in.ts';

/** Policies: checked, planned, given to models, and tried on what has happened. */
export function policyCommands(program: Command, context: () => Context): void {
  const policy = program.command('policy').description('Check policies, and try them on what has happened');
  policy
    .command('validate <file>')
    .description('Check a policy; every mistake with its place')
    .action(async (file: string, _options: object, command: Command) => {
      const it = context();
      const { hash, warnings } = await validated(it, file, {});
      const answer = { valid: true, hash, warnings };
      printOne(it, command.optsWithGlobals<Output>(), answer, `${file} is a policy (${hash})`);
    });
  policy
    .command('plan <file>')
    .description('What a policy will do, step by step')
    .option('--requests-per-second <number>', 'traffic of the model, for how long it takes', numberIn())
    .option(
      '--callers <number>',
      'distinct units that call it in the time of a step, for whether they can prove it',
      numberIn(),
    )
    .action(
      async (file: string, options: { requestsPerSecond?: number; callers?: number }, command: Command) => {
        const it = context();
        const { plan } = await validated(it, file, options);
        printOne(it, command.optsWithGlobals<Output>(), plan, plan.text);
      },
    );
  policy
    .command('set <model> <file>')
    .description('Give a model its own policy, which releases may only tighten')
    .action(async (model: string, file: string, _options: object, command: Command) => {
      const it = context();
      const { text, document } = await written(file);
      const params = { path: { model } };
      const seen = await it.client.GET('/api/v1/models/{model}/policy', { params });
      const answer = await put(it, model, { text, document, headers: ifSeen(seen) });
      const kept = dataOf(answer) as object;
      for (const warning of warningsIn(answer.response.headers.get('warning'))) it.print.note(warning);
      printOne(it, command.optsWithGlobals<Output>(), kept, `${model} follows ${file} from now on`);
    });
  policy
    .command('get <model>')
    .alias('show')
    .description('The policy of a model, as `set` takes it and its author wrote it')
    .action(async (model: string, _options: object, command: Command) => {
      const it = context();
      const { output } = command.optsWithGlobals<Output>();
      const params = { path: { model } };
      if (output === 'json')
        return it.print.json(dataOf(await it.client.GET('/api/v1/models/{model}/policy', { params })));
      await printText(it, model);
    });
  policy
    .command('replay <rollout> [file]')
    .description(
      'Decide again what a rollout saw (its id, or the name of a model for the newest), by its own policy or by another',
    )
    .action(async (given: string, file: string | undefined, _options: object, command: Command) => {
      const it = context();
      const body = file === undefined ? {} : { policy: await parsed(file) };
      const id = await idOf(it, given);
      const replay = dataOf(
        await it.client.POST('/api/v1/rollouts/{id}/replay', {
          params: { path: { id } },
          body: body as never,
        }),
      );
      const said = JSON.stringify(replay.firstDifference);
      printOne(
        it,
        command.optsWithGlobals<Output>(),
        replay,
        said === 'null' ? 'It decides the same.' : `It decides otherwise: ${said}`,
      );
    });
}

interface Written {
  readonly text: string;
  readonly document: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a policy as its author wrote it; as JSON, and so without its comments, where the api does not read such a text. */
function put({ client }: Context, model: string, { text, document, headers }: Written) {
  const params = { path: { model } };
  const send = (sent: ReturnType<typeof sentAs>) =>
    client.PUT('/api/v1/models/{model}/policy', { params, ...sent });
  return send(sentAs(text, document, headers)).catch((error: unknown) => {
    if (!(error instanceof UnderstudyError) || !isUnread(error)) throw error;
    return send({ body: document as never, headers });
  });
}

/** What the api says of texts that are too large, or refer too often to themselves, for it. */
const isUnread = ({ problem, code }: UnderstudyError): boolean =>
  problem.status === 413 || code === 'yaml_malformed';

/** A policy as it was written, so that it comes back so: with its comments, and in its order. */
function sentAs(text: string, document: unknown, headers: Readonly<Record<string, string>>) {
  if (text.trimStart().startsWith('{')) return { body: document as never, headers };
  const bodySerializer = (body: unknown) => body as string;
  return {
    body: text as never,
    headers: { ...headers, 'content-type': 'application/yaml' },
    bodySerializer,
  };
}

/** An api of before answers JSON, whatever one asks for; a text of YAML may begin as JSON does. */
async function printText(it: Context, model: string): Promise<void> {
  const asked = { headers: { accept: 'application/yaml' }, parseAs: 'text' } as const;
  const params = { path: { model } };
  const answer = await it.client.GET('/api/v1/models/{model}/policy', { params, ...asked });
  const text = dataOf(answer) as string;
  if (answer.response.headers.get('content-type')?.includes('json') === true)
    await printDocument(it, { output: 'table' }, JSON.parse(text));
  else it.print.write(text);
}

/** The texts of a field `Warning` of the api: JSON strings behind code and agent. */
const warningsIn = (field: string | null): readonly string[] =>
  [...(field ?? '').matchAll(/299 understudy ("(?:[^"\\]|\\.)*")/g)].map(
    ([, text]) => `Warning: ${JSON.parse(text ?? '""') as string}\n`,
  );

async function validated(
  { client, print }: Context,
  file: string,
  query: { readonly requestsPerSecond?: number; readonly callers?: number },
) {
  const answer = dataOf(
    await client.POST('/api/v1/policies/validate', {
      params: { query: query as never },
      body: (await parsed(file)) as never,
    }),
  );
  // An api from before says none.
  const { warnings = [] } = answer as Partial<typeof answer>;
  for (const { pointer, detail } of warnings) print.note(`Warning: ${pointer}: ${detail}\n`);
  return { ...answer, warnings };
}
