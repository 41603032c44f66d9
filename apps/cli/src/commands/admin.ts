import { type Command, Option } from 'commander';
import { createClient } from '#libs/client';
import { type Context, dataOf, type Output, printList, printOne } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { firstLine, readText } from '../input.ts';
import { writeLogin } from '../settings.ts';
import { printable } from '#libs/kernel';
import { ago } from '../table.ts';

const list = (text: string): string[] => text.split(',').map((one) => one.trim());

export function adminCommands(program: Command, context: () => Context): void {
  program
    .command('login')
    .description('Keep where Understudy is, and a token, in your home folder')
    .requiredOption('--url <url>', 'such as https://understudy.example')
    .option('--token <token>', 'left out: UNDERSTUDY_TOKEN, or the first line of standard input')
    .action(async ({ url, token }: { url: string; token?: string }) => {
      const it = context();
      const given = token ?? it.token ?? (await givenToken());
      const at = url.replace(/\/+$/, '');
      const me = dataOf(await createClient({ url: at, token: () => given }).GET('/api/v1/auth/me'));
      const file = await writeLogin(it.configFolder, { url: at, token: given });
      it.print.write(`${printable(me.name)} may ${me.scopes.join(', ')} at ${at}. Kept in ${file}.\n`);
    });

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
    .option('--requests-per-second <number>', 'traffic of the model, for how long it takes', Number)
    .option(
      '--callers <number>',
      'distinct units that call it in the time of a step, for whether they can prove it',
      Number,
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
      const answer = await it.client.PUT('/api/v1/models/{model}/policy', {
        params: { path: { model } },
        body: (await parsed(file)) as never,
      });
      const document = dataOf(answer) as object;
      for (const warning of warningsIn(answer.response.headers.get('warning'))) it.print.note(warning);
      printOne(it, command.optsWithGlobals<Output>(), document, `${model} follows ${file} from now on`);
    });
  const prices = program.command('prices').description("What a model's tokens cost, for gates on cost_mean");
  prices
    .command('show <model>')
    .description('The prices of a million tokens')
    .action(async (model: string, _options: object, command: Command) => {
      const it = context();
      const known = dataOf(
        await it.client.GET('/api/v1/models/{model}/prices', { params: { path: { model } } }),
      );
      printOne(it, command.optsWithGlobals<Output>(), known, JSON.stringify(known));
    });
  prices
    .command('set <model> <file>')
    .description('Replace the prices: input, output and cachedInput, and others for single versions')
    .action(async (model: string, file: string, _options: object, command: Command) => {
      const it = context();
      const document = dataOf(
        await it.client.PUT('/api/v1/models/{model}/prices', {
          params: { path: { model } },
          body: (await parsed(file)) as never,
        }),
      ) as object;
      printOne(
        it,
        command.optsWithGlobals<Output>(),
        document,
        `${model} costs what ${file} says from now on`,
      );
    });
  policy
    .command('replay <rollout> [file]')
    .description('Decide again what a rollout saw, by its own policy or by another')
    .action(async (id: string, file: string | undefined, _options: object, command: Command) => {
      const it = context();
      const body = file === undefined ? {} : { policy: await parsed(file) };
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

  const token = program.command('token').description('Make, list, rotate and revoke tokens');
  token
    .command('create <name>')
    .description('Make a token; it is shown this once')
    .addOption(
      new Option('--role <role>')
        .choices(['viewer', 'publisher', 'operator', 'approver', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--models <patterns>', 'only these, with commas: search-*,fraud', list)
    .option('--owner <name>', 'whose it is')
    .action(
      async (
        name: string,
        options: { role: string; models?: string[]; owner?: string },
        command: Command,
      ) => {
        const it = context();
        const made = dataOf(await it.client.POST('/api/v1/tokens', { body: { name, ...options } as never }));
        printOne(it, command.optsWithGlobals<Output>(), made, made.token);
      },
    );
  token
    .command('list')
    .description('List tokens')
    .action(async (_options: object, command: Command) => {
      const it = context();
      const { items } = dataOf(await it.client.GET('/api/v1/tokens'));
      type Token = (typeof items)[number];
      const columns = {
        id: (one: Token) => one.id,
        name: (one: Token) => one.name,
        may: (one: Token) => one.scopes.join(', '),
        models: (one: Token) => one.models?.join(', ') ?? 'all',
        used: (one: Token) => ago(one.lastUsedAt, Date.now()),
        expires: (one: Token) => one.expiresAt,
      };
      printList(it, command.optsWithGlobals<Output>(), items, columns, 'There is no token.');
    });
  token
    .command('rotate <id>')
    .description('A new token with the same rights; the old one goes on for the overlap')
    .option('--overlap <duration>', 'such as 24h', '24h')
    .action(async (id: string, options: { overlap: string }, command: Command) => {
      const it = context();
      const made = dataOf(
        await it.client.POST('/api/v1/tokens/{id}/rotate', {
          params: { path: { id } },
          body: options as never,
        }),
      );
      printOne(it, command.optsWithGlobals<Output>(), made, made.token);
    });
  token
    .command('revoke <id>')
    .description('Take a token away at once')
    .action(async (id: string) => {
      const it = context();
      await it.client.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } });
      it.print.write('revoked\n');
    });
}

/** The texts of a field `Warning` of the api: JSON strings behind code and agent. */
const warningsIn = (field: string | null): readonly string[] =>
  [...(field ?? '').matchAll(/299 understudy ("(?:[^"\\]|\\.)*")/g)].map(
    ([, text]) => `Warning: ${JSON.parse(text ?? '""') as string}\n`,
  );

export async function parsed(file: string): Promise<unknown> {
  const { parse } = await import('yaml');
  const text = await readText(file);
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new Exit(EXIT.usage, `${file}: ${(error as Error).message.split('\n')[0] ?? ''}`);
  }
}

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

async function givenToken(): Promise<string> {
  const token = await firstLine();
  if (token === '')
    throw new Exit(
      EXIT.usage,
      'Give a token: --token, UNDERSTUDY_TOKEN, or the first line of standard input.',
    );
  return token;
}
