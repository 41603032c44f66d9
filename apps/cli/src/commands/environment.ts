import type { Command } from 'commander';
import { type Context, dataOf, type Output, printOne } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { ifSeen } from '../requests/if-seen.ts';
import { WAIT_MINUTES } from '../ending.ts';
import { waitFor } from '../wait-for.ts';
import { numberOf } from '../requests/named.ts';
import { minutesIn } from '../options/number-in.ts';

/** Environments: chains of models such as dev, staging and prod, and copies of versions from one to the next. */
export function environmentCommands(program: Command, context: () => Context): void {
  const environment = program
    .command('environment')
    .description('Chains of models, such as dev, staging and prod');
  environment
    .command('show <model>')
    .alias('get')
    .description('The environment of a model, and the model that it comes after')
    .action(async (model: string, _options: object, command: Command) => {
      const it = context();
      const known = dataOf(
        await it.client.GET('/api/v1/models/{model}/environment', { params: { path: { model } } }),
      );
      printOne(it, command.optsWithGlobals<Output>(), known, sentence(model, known));
    });
  environment
    .command('set <model> <name>')
    .description('Put a model into an environment')
    .option('--after <model>', 'only artifacts that are proven in this model are released here')
    .action(async (model: string, name: string, { after }: { after?: string }, command: Command) => {
      const it = context();
      await replace(it, command, model, { name, after: after ?? null });
    });
  environment
    .command('remove <model>')
    .description('Take a model out of its environment')
    .action(async (model: string, _options: object, command: Command) => {
      await replace(context(), command, model, {});
    });

  program
    .command('copy <model> <version> <to>')
    .description('Register a version in another model, with the same artifact, digest and metadata')
    .option('--serving-url <url>', 'where it answers there; left out: a deployer starts it')
    .option('--rollout', "start its rollout, by that model's policy")
    .option('--wait', 'with --rollout: watch until it has ended')
    .option(
      '--timeout <minutes>',
      `for how long to wait (${WAIT_MINUTES}; 0: as long as it takes)`,
      minutesIn,
    )
    .action(async (model: string, version: string, to: string, options: CopyOptions, command: Command) => {
      const it = context();
      if (options.wait && !options.rollout)
        throw new Exit(EXIT.usage, '--wait waits for a rollout: add --rollout.');
      const made = dataOf(
        await it.client.POST('/api/v1/models/{model}/versions', {
          params: { path: { model: to } },
          body: {
            copyOf: { model, version: numberOf(version) },
            ...(options.servingUrl === undefined ? {} : { servingUrl: options.servingUrl }),
            rollout: options.rollout ?? false,
          } as never,
        }),
      );
      const output = command.optsWithGlobals<Output>();
      const line = `${to} version ${made.version} is a copy of ${model} version ${version}`;
      if (!options.wait || !made.rollout) {
        const more = made.rollout ? `; understudy rollout watch ${made.rollout.id}` : '';
        return printOne(it, output, made, line + more);
      }
      it.print.note(`${line}\n`);
      await waitFor(it, output, made.rollout.id, options.timeout);
    });
}

interface CopyOptions {
  readonly servingUrl?: string;
  readonly rollout?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
}
interface Known {
  readonly name?: string | undefined;
  readonly after?: string | null | undefined;
}

async function replace(it: Context, command: Command, model: string, body: Known): Promise<void> {
  const params = { path: { model } };
  const seen = await it.client.GET('/api/v1/models/{model}/environment', { params });
  it.print.note(`${sentence(model, dataOf(seen))}\n`);
  const known = dataOf(
    await it.client.PUT('/api/v1/models/{model}/environment', {
      params,
      headers: ifSeen(seen),
      body: body as never,
    }),
  );
  printOne(it, command.optsWithGlobals<Output>(), known, sentence(model, known));
}

function sentence(model: string, { name, after }: Known): string {
  if (name === undefined) return `${model} is in no environment`;
  const rule = after ? `, after ${after}: only artifacts that are proven there are released here` : '';
  return `${model} is in ${name}${rule}`;
}
