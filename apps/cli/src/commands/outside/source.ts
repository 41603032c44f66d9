import type { Command } from 'commander';
import { type Context, dataOf, type Output, printList, printOne } from '../../context.ts';
import { parsed } from '../../input.ts';

/** From where CI may register versions. */
export function sourceCommands(program: Command, context: () => Context): void {
  const source = program
    .command('source')
    .description('From where CI registers versions: webhooks of GitHub and GitLab, and its own tokens');
  source
    .command('list')
    .description('List sources')
    .action(async (_options: object, command: Command) => {
      const it = context();
      const { items } = dataOf(await it.client.GET('/api/v1/webhook-sources'));
      type Source = (typeof items)[number];
      const columns = {
        name: (one: Source) => String(one['name']),
        kind: (one: Source) => String(one['kind']),
        models: (one: Source) => [one['models']].flat().join(', '),
        repository: (one: Source) => one['repository'] as string | null,
      };
      printList(it, command.optsWithGlobals<Output>(), items, columns, 'There is no source.');
    });
  source
    .command('create <name> <file>')
    .description('Add a source, as POST /webhook-sources takes it; its secret is shown this once')
    .action(async (name: string, file: string, _options: object, command: Command) => {
      const it = context();
      const body = { ...((await parsed(file)) as object), name } as never;
      const made = dataOf(await it.client.POST('/api/v1/webhook-sources', { body }));
      const secret = made['secret'] ? [`secret ${String(made['secret'])}`] : [];
      printOne(it, command.optsWithGlobals<Output>(), made, [`${name} is a source`, ...secret]);
    });
  source
    .command('delete <name>')
    .description('Remove a source; what it sends is refused from then on')
    .action(async (name: string) => {
      const it = context();
      await it.client.DELETE('/api/v1/webhook-sources/{name}', { params: { path: { name } } });
      it.print.write(`${name} is removed\n`);
    });
}
