import { type Command, Option } from 'commander';
import { createClient } from '#libs/client';
import { type Context, dataOf, type Output, printList, printOne } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { firstLine } from '../input.ts';
import { listOf } from '../options/pairs.ts';
import { apiAddress, sayableToken } from '../options/api-address.ts';
import { writeLogin } from '../settings.ts';
import { printable } from '#libs/kernel';
import { ago } from '../table.ts';

export function adminCommands(program: Command, context: () => Context): void {
  program
    .command('login')
    .description('Keep where Understudy is, and a token, in your home folder')
    .requiredOption('--url <url>', 'such as https://understudy.example')
    .option('--token <token>', 'left out: UNDERSTUDY_TOKEN, or the first line of standard input')
    .action(async ({ url, token }: { url: string; token?: string }) => {
      const at = apiAddress(url, '--url');
      const it = context();
      const given = sayableToken(token ?? it.token ?? (await givenToken())) ?? '';
      const me = dataOf(await createClient({ url: at, token: () => given }).GET('/api/v1/auth/me'));
      const file = await writeLogin(it.configFolder, { url: at, token: given });
      it.print.write(`${printable(me.name)} may ${me.scopes.join(', ')} at ${at}. Kept in ${file}.\n`);
    });

  program
    .command('whoami')
    .description('Whose token is used here, and what it may do')
    .action(async (_options: object, command: Command) => {
      const it = context();
      const me = dataOf(await it.client.GET('/api/v1/auth/me'));
      const said = `${me.name} may ${me.scopes.join(', ')} at ${it.url}`;
      printOne(it, command.optsWithGlobals<Output>(), me, said);
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
    .option('--models <patterns>', 'only these, with commas: search-*,fraud', listOf)
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

async function givenToken(): Promise<string> {
  const token = await firstLine();
  if (token === '')
    throw new Exit(
      EXIT.usage,
      'Give a token: --token, UNDERSTUDY_TOKEN, or the first line of standard input.',
    );
  return token;
}
