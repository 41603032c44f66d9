import type { Command } from 'commander';
import { allPages, type Schemas } from '#libs/client';
import { childEnvironment } from '#libs/config';
import { type Context, dataOf, type Output, printList, printOne } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { readText } from '../input.ts';
import { keyHeader, type KeyOption, keyOption } from '../options/key-option.ts';
import { ago } from '../table.ts';
import { fillManifest } from '../requests/fill-manifest.ts';
import { upload } from '../requests/upload.ts';
import { WAIT_MINUTES } from '../ending.ts';
import { waitFor } from '../wait-for.ts';
import { minutesIn } from '../options/number-in.ts';

type Model = Schemas['Model'];
type Version = Schemas['Version'];

export function registryCommands(program: Command, context: () => Context): void {
  program
    .command('models')
    .description('List models')
    .option('--filter <filter>', "as in MLflow: name LIKE 'search%'")
    .action(({ filter }: { filter?: string }, command: Command) => listModels(context(), command, filter));

  program
    .command('versions <model>')
    .description('List the versions of a model')
    .action((model: string, _options: object, command: Command) => listVersions(context(), command, model));

  program
    .command('register [manifest]')
    .description('Register the version of understudy.yaml, and start its rollout unless it says otherwise')
    .option('-f, --file <file>', 'the manifest, as kubectl takes it; - is standard input')
    .option('--artifact <file>', 'upload this file; its digest is ${ARTIFACT_DIGEST} in the manifest')
    .addOption(keyOption())
    .option(
      '--wait',
      'wait until the rollout has ended: exit code 3 when it was taken off, 6 when it waits for a person, 7 when a newer one took its place',
    )
    .option(
      '--timeout <minutes>',
      `for how long to wait (${WAIT_MINUTES}; 0: as long as it takes)`,
      minutesIn,
    )
    .action(async (manifest: string | undefined, options: RegisterOptions, command: Command) => {
      const it = context();
      const file = manifest ?? options.file;
      if (file === undefined || (manifest !== undefined && options.file !== undefined))
        throw new Exit(EXIT.usage, 'Name one manifest: a file, or - for standard input.');
      const manifestText = await readText(file);
      const uploaded =
        options.artifact === undefined
          ? {}
          : { ARTIFACT_DIGEST: (await upload(it, options.artifact)).digest };
      const text = fillManifest(manifestText, file, childEnvironment(uploaded));
      const made = dataOf(
        await it.client.POST('/api/v1/manifests', {
          body: text as never,
          bodySerializer: (body) => body as never,
          headers: { 'content-type': 'application/yaml', ...keyHeader(options) },
        }),
      );
      const output = command.optsWithGlobals<Output>();
      const line = `registered ${made.model} version ${made.version}`;
      if (!options.wait || !made.rollout) {
        const more = made.rollout ? `; understudy rollout watch ${made.rollout.id}` : '';
        return printOne(it, output, made, line + more);
      }
      it.print.note(`${line}\n`);
      await waitFor(it, output, made.rollout.id, options.timeout);
    });
}

/** @param filter as MLflow has it */
export async function listModels(it: Context, command: Command, filter?: string): Promise<void> {
  const models = await allPages<Model>(async (pageToken) =>
    dataOf(
      await it.client.GET('/api/v1/models', {
        params: { query: { pageToken, ...(filter ? { filter } : {}) } as never },
      }),
    ),
  );
  const empty = 'There is no model yet. understudy register adds one.';
  printList(it, command.optsWithGlobals<Output>(), models, MODEL_COLUMNS, empty);
}

export async function listVersions(it: Context, command: Command, model: string): Promise<void> {
  const versions = await allPages<Version>(async (pageToken) =>
    dataOf(
      await it.client.GET('/api/v1/models/{model}/versions', {
        params: { path: { model }, query: { pageToken } as never },
      }),
    ),
  );
  const empty = `${model} has no version yet.`;
  printList(it, command.optsWithGlobals<Output>(), versions, VERSION_COLUMNS, empty);
}

interface RegisterOptions extends KeyOption {
  readonly file?: string;
  readonly artifact?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
}

const now = (): number => Date.now();
type Outage = NonNullable<Model['primaryOutage']>;
const outageWords = ({ cause, scope, since, because }: Outage): string => {
  const what = { unreachable: 'answers nobody', failing: 'answers errors only', not_ready: 'is not ready' }[
    cause
  ];
  return `${what}${scope === 'some' ? ' at some gateways' : ''} for ${ago(since, now())}: ${because}`;
};
const MODEL_COLUMNS = {
  name: (model: Model) => model.name,
  // An older api knows of none that are retired.
  primary: ({ primary, retirement }: Omit<Model, 'retirement'> & Partial<Model>) =>
    retirement ? 'retired' : primary,
  // An older api does not tell.
  health: ({ primaryOutage }: Omit<Model, 'primaryOutage'> & Partial<Model>) =>
    primaryOutage ? outageWords(primaryOutage) : '',
  updated: (model: Model) => ago(model.updatedAt as string | undefined, now()),
  description: (model: Model) => model.description,
};
const VERSION_COLUMNS = {
  version: (version: Version) => version.version,
  state: (version: Version) => version.state,
  // An older api does not tell of several.
  server: ({ deployment, servingUrls = [] }: Omit<Version, 'servingUrls'> & Partial<Version>) =>
    (deployment?.state.replace('_', ' ') ?? '') +
    (servingUrls.length > 1 ? ` (${servingUrls.length} serving URLs)` : ''),
  aliases: (version: Version) => version.aliases.join(', '),
  metrics: (version: Version) =>
    Object.entries(version.metrics)
      .slice(0, 3)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  created: (version: Version) => ago(version.createdAt, now()),
  by: (version: Version) => version.createdBy,
};
