import { type Command, Option } from 'commander';
import { allPages, lookAtModel, type Schemas, servesOf } from '#libs/client';
import { type Context, dataOf, type Output, printDocument, printList, printOne } from '../../context.ts';
import { ifSeen } from '../../requests/if-seen.ts';
import { numberOf } from '../../requests/named.ts';
import { parsed } from '../../input.ts';
import { given, pairsOf, several, tagEdits, type TagOptions } from '../../options/pairs.ts';
import { listModels } from '../registry.ts';

const MODEL = '/api/v1/models/{model}';

/** Models as such. */
export function modelCommands(program: Command, context: () => Context): void {
  const model = program.command('model').description('List, make, change and delete models');
  model
    .command('list')
    .description('List models')
    .option('--filter <filter>', "as in MLflow: name LIKE 'search%'")
    .action(({ filter }: { filter?: string }, command: Command) => listModels(context(), command, filter));
  model
    .command('show <model>')
    .alias('get')
    .description('Everything of a model')
    .action(async (name: string, _options: object, command: Command) => {
      const it = context();
      const known = dataOf(await it.client.GET(MODEL, { params: { path: { model: name } } }));
      await printDocument(it, command.optsWithGlobals<Output>(), known);
    });
  model
    .command('create <model>')
    .description('Make a model; one that is there stays as it is')
    .option('--description <text>', 'what it is for')
    .addOption(tagOption())
    .option('--policy <file>', 'the policy of its rollouts; left out: the default policy')
    .action(async (name: string, { tag, policy, ...more }: CreateOptions, command: Command) => {
      const it = context();
      const tags = tag === undefined ? {} : { tags: pairsOf(tag) };
      const document = policy === undefined ? {} : { policy: await parsed(policy) };
      const made = await it.client.POST('/api/v1/models', {
        body: { name, ...given({ ...more }), ...tags, ...document } as never,
      });
      const said = made.response.status === 201 ? 'is made' : 'was there already, and stays as it is';
      printOne(it, command.optsWithGlobals<Output>(), dataOf(made), `${name} ${said}`);
    });
  model
    .command('edit <model>')
    .description('Change what is said of a model')
    .option('--name <name>', 'a new name')
    .option('--description <text>', 'what it is for')
    .addOption(tagOption())
    .addOption(new Option('--untag <name>', 'remove a tag, as often as needed').argParser(several))
    .option(
      '--body <file>',
      'more of it, as PATCH /models/{model} takes it: servingUrlTemplate, outputSpec …',
    )
    .action(async (name: string, { tag, untag, body, ...more }: EditOptions, command: Command) => {
      const it = context();
      const path = { model: name };
      const seen = await it.client.GET(MODEL, { params: { path } });
      const fromFile = body === undefined ? {} : ((await parsed(body)) as object);
      const tags = tagEdits({ ...given({ tag, untag }) } as TagOptions);
      const edits = { ...fromFile, ...given({ ...more, tags }) };
      const after = dataOf(
        await it.client.PATCH(MODEL, { params: { path }, headers: ifSeen(seen), body: edits as never }),
      );
      printOne(it, command.optsWithGlobals<Output>(), after, `${after.name} is changed`);
    });
  model
    .command('delete <model>')
    .description('Delete a model of which nothing serves; its record stays')
    .action(async (name: string) => {
      const it = context();
      const path = { model: name };
      const seen = await it.client.GET(MODEL, { params: { path } });
      await it.client.DELETE(MODEL, { params: { path }, headers: ifSeen(seen) });
      it.print.write(`${name} is deleted\n`);
    });
  routeCommands(model, context);
}

/** Who serves, and whom. */
function routeCommands(model: Command, context: () => Context): void {
  model
    .command('primaries <model> [version]')
    .description('When which version was primary, or when this one was')
    .action(async (name: string, version: string | undefined, _options: object, command: Command) => {
      const it = context();
      const of = version === undefined ? {} : { version: numberOf(version) };
      const times = await allPages<Schemas['PrimaryTime']>(async (pageToken) =>
        dataOf(
          await it.client.GET('/api/v1/models/{model}/primaries', {
            params: { path: { model: name }, query: { ...of, pageToken } as never },
          }),
        ),
      );
      const none = `${version === undefined ? `No version of ${name}` : `Version ${version} of ${name}`} was ever primary.`;
      printList(it, command.optsWithGlobals<Output>(), times, PRIMARY_COLUMNS, none);
    });
  model
    .command('route <model>')
    .description('What gateways serve by')
    .action(async (name: string, _options: object, command: Command) => {
      const it = context();
      const path = { model: name };
      const route = dataOf(await it.client.GET('/api/v1/models/{model}/route', { params: { path } }));
      it.print.note(`${name}: ${servesOf(await lookAtModel(it.client, name))}\n`);
      await printDocument(it, command.optsWithGlobals<Output>(), route);
    });
  model
    .command('resolve <model> <unit>')
    .description('Which version a unit (a user, a session) gets')
    .addOption(
      new Option('--segment <name>', 'a segment that it is in, as often as needed').argParser(several),
    )
    .action(
      async (name: string, unit: string, { segment }: { segment?: readonly string[] }, command: Command) => {
        const it = context();
        const got = dataOf(
          await it.client.GET('/api/v1/models/{model}/resolve', {
            params: { path: { model: name }, query: { unit, ...given({ segment }) } as never },
          }),
        );
        printOne(
          it,
          command.optsWithGlobals<Output>(),
          got,
          `${unit} gets version ${got.version} (${got.arm}) at ${got.url}`,
        );
      },
    );
}

type PrimaryTime = Schemas['PrimaryTime'];
const PRIMARY_COLUMNS = {
  version: (time: PrimaryTime) => time.version,
  since: (time: PrimaryTime) => time.since,
  until: (time: PrimaryTime) => time.until ?? 'serves',
  end: ({ wasReplaced, next }: PrimaryTime) =>
    wasReplaced === null
      ? ''
      : `${wasReplaced ? 'replaced' : 'taken off'}${next === null ? '' : `; then ${next}`}`,
  proven: ({ proven, refutedBy }: PrimaryTime) =>
    refutedBy === null ? (proven ? 'yes' : 'not yet') : `refuted by ${refutedBy}`,
  rollout: (time: PrimaryTime) => time.rolloutId,
};

const tagOption = (): Option =>
  new Option('--tag <name=value>', 'a tag, as often as needed').argParser(several);

interface CreateOptions {
  readonly description?: string;
  readonly tag?: readonly string[];
  readonly policy?: string;
}
interface EditOptions extends TagOptions {
  readonly name?: string;
  readonly description?: string;
  readonly body?: string;
}
