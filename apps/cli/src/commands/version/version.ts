import { type Command, Option } from 'commander';
import { type Context, dataOf, type Output, printDocument, printOne } from '../../context.ts';
import { ifSeen } from '../../requests/if-seen.ts';
import { parsed } from '../../input.ts';
import { given, several, tagEdits, type TagOptions } from '../../options/pairs.ts';
import { listVersions } from '../registry.ts';
import { numberOf } from '../../requests/named.ts';

const VERSION = '/api/v1/models/{model}/versions/{version}';

/** Versions of a model. @returns `version`, for what is known of one beside its record */
export function versionCommands(program: Command, context: () => Context): Command {
  const version = program.command('version').description('List, show, change and delete versions of a model');
  version
    .command('list <model>')
    .description('List the versions of a model')
    .action((model: string, _options: object, command: Command) => listVersions(context(), command, model));
  version
    .command('show <model> <version>')
    .alias('get')
    .description('Everything of a version')
    .action(async (model: string, number: string, _options: object, command: Command) => {
      const it = context();
      const path = { model, version: numberOf(number) };
      const known = dataOf(await it.client.GET(VERSION, { params: { path } }));
      await printDocument(it, command.optsWithGlobals<Output>(), known);
    });
  version
    .command('edit <model> <version>')
    .description('Change description or tags, where it answers, or its output spec; the rest never changes')
    .option('--description <text>', 'what it is')
    .addOption(new Option('--tag <name=value>', 'a tag, as often as needed').argParser(several))
    .addOption(new Option('--untag <name>', 'remove a tag, as often as needed').argParser(several))
    .addOption(
      new Option(
        '--serving-url <url>',
        'where it answers, while nothing runs on it; once for each replica',
      ).argParser(several),
    )
    .option('--health-path <path>', 'where its server says that it is ready, or none')
    .option('--reason <text>', 'why; it is kept with the event')
    .option('--body <file>', 'more of it, as PATCH …/versions/{version} takes it: outputSpec …')
    .action(async (model: string, number: string, options: EditOptions, command: Command) => {
      const it = context();
      const { tag, untag, servingUrl, body, ...more } = options;
      const path = { model, version: numberOf(number) };
      const seen = await it.client.GET(VERSION, { params: { path } });
      const fromFile = body === undefined ? {} : ((await parsed(body)) as object);
      const tags = tagEdits({ ...given({ tag, untag }) } as TagOptions);
      const edits = { ...fromFile, ...given({ ...more, tags, servingUrls: servingUrl }) };
      const after = dataOf(
        await it.client.PATCH(VERSION, { params: { path }, headers: ifSeen(seen), body: edits as never }),
      );
      printOne(it, command.optsWithGlobals<Output>(), after, `${model} version ${after.version} is changed`);
    });
  version
    .command('delete <model> <version>')
    .description('Delete a version that does not serve, and is not what a rollback would go back to')
    .action(async (model: string, number: string) => {
      const it = context();
      const path = { model, version: numberOf(number) };
      const seen = await it.client.GET(VERSION, { params: { path } });
      it.print.note(`${model} ${path.version} is ${dataOf(seen).state}\n`);
      await it.client.DELETE(VERSION, { params: { path }, headers: ifSeen(seen) });
      it.print.write(`${model} version ${path.version} is deleted\n`);
    });
  return version;
}

interface EditOptions extends TagOptions {
  readonly description?: string;
  readonly servingUrl?: readonly string[];
  readonly healthPath?: string;
  readonly reason?: string;
  readonly body?: string;
}
