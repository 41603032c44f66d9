import type { Command } from 'commander';
import { UnderstudyError } from '#libs/client';
import { type Context, dataOf, type Output, printList, printOne } from '../../context.ts';
import { ifSeen } from '../../requests/if-seen.ts';
import { numberOf } from '../../requests/named.ts';

const ALIAS = '/api/v1/models/{model}/aliases/{alias}';

/** Movable names for versions. `primary` is one of them, and moved by rollouts, promote and rollback only. */
export function aliasCommands(program: Command, context: () => Context): void {
  const alias = program.command('alias').description('Names for versions, such as champion');
  alias
    .command('list <model>')
    .description('All aliases of a model, the primary among them')
    .action(async (model: string, _options: object, command: Command) => {
      const it = context();
      const { items } = dataOf(
        await it.client.GET('/api/v1/models/{model}/aliases', { params: { path: { model } } }),
      );
      type Alias = (typeof items)[number];
      const columns = { alias: (one: Alias) => one.alias, version: (one: Alias) => one.version };
      printList(it, command.optsWithGlobals<Output>(), items, columns, `${model} has no alias.`);
    });
  alias
    .command('show <model> <alias>')
    .alias('get')
    .description('Where an alias points')
    .action(async (model: string, name: string, _options: object, command: Command) => {
      const it = context();
      const found = dataOf(await it.client.GET(ALIAS, { params: { path: { model, alias: name } } }));
      printOne(it, command.optsWithGlobals<Output>(), found, String(found.version));
    });
  alias
    .command('set <model> <alias> <version>')
    .description('Point an alias at a version; it moves from wherever it pointed')
    .action(async (model: string, name: string, version: string, _options: object, command: Command) => {
      const it = context();
      const path = { model, alias: name };
      const seen = await it.client.GET(ALIAS, { params: { path } }).catch((error: unknown) => {
        if (error instanceof UnderstudyError && error.code === 'alias_not_found') return null;
        throw error;
      });
      if (seen) it.print.note(`${name} was version ${dataOf(seen).version}\n`);
      const set = dataOf(
        await it.client.PUT(ALIAS, {
          params: { path },
          headers: seen ? ifSeen(seen) : {},
          body: { version: numberOf(version) },
        }),
      );
      printOne(
        it,
        command.optsWithGlobals<Output>(),
        set,
        `${model}: ${set.alias} is version ${set.version}`,
      );
    });
  alias
    .command('delete <model> <alias>')
    .description('Remove an alias; the version stays')
    .action(async (model: string, name: string) => {
      const it = context();
      const path = { model, alias: name };
      const seen = await it.client.GET(ALIAS, { params: { path } });
      await it.client.DELETE(ALIAS, { params: { path }, headers: ifSeen(seen) });
      it.print.write(`${model}: ${name} (version ${dataOf(seen).version}) is removed\n`);
    });
}
