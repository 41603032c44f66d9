import { type Command, Option } from 'commander';
import { type Context, dataOf, type Output, printDocument } from '../../context.ts';
import { EXIT, Exit } from '../../exit.ts';
import { ifSeen } from '../../requests/if-seen.ts';
import { several } from '../../options/pairs.ts';
import { differencesOf } from './differences.ts';
import { settingsOf } from './settings-files.ts';

const PATH = '/api/v1/model-settings';
/** Models that one request may name. */
const AT_ONCE = 100;

interface ApplyOptions {
  readonly file: readonly string[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Settings of models that are kept in files: shown as such, compared, and applied as a whole. */
export function settingsCommands(program: Command, context: () => Context): void {
  program
    .command('export <models...>')
    .description('All settings of models, as `apply` takes them: policy, callers, segments, prices …')
    .action(async (names: readonly string[], _options: object, command: Command) => {
      const it = context();
      const models: Record<string, unknown> = {};
      for (let at = 0; at < names.length; at += AT_ONCE) {
        const query = { model: names.slice(at, at + AT_ONCE) } as never;
        Object.assign(models, dataOf(await it.client.GET(PATH, { params: { query } })).models);
      }
      await printDocument(it, command.optsWithGlobals<Output>(), { models });
    });

  program
    .command('apply')
    .description('Make models be as files say, all or none; shows what changes, and asks')
    .addOption(
      new Option('-f, --file <file>', 'a file, a folder or - (standard input); as often as needed')
        .argParser(several)
        .makeOptionMandatory(),
    )
    .option('--dry-run', `only show what would change: ends with ${EXIT.differs} if anything does`)
    .option('-y, --yes', 'do not ask')
    .action(async (options: ApplyOptions, command: Command) => {
      await apply(context(), command.optsWithGlobals<Output>(), options);
    });
}

async function apply(it: Context, output: Output, { file, dryRun, yes }: ApplyOptions): Promise<void> {
  const models = await settingsOf(file);
  const body = { models } as never;
  const plan = await it.client.POST(`${PATH}/plan`, { body });
  const planned = dataOf(plan);
  const changed = planned.models.filter(({ isNew, changes }) => isNew || changes.length > 0);
  const isShown = output.output !== 'json';
  if (isShown) {
    it.print.lines(differencesOf(changed));
    for (const { model, pointer, detail } of planned.warnings)
      it.print.note(`warning: ${model}: policy${pointer}: ${detail}\n`);
  }
  const count = changed.length === 1 ? '1 model' : `${changed.length} models`;
  if (changed.length === 0 || dryRun) {
    if (!isShown) it.print.json(planned);
    else it.print.note(changed.length === 0 ? 'Nothing to change.\n' : `${count} would change.\n`);
    if (changed.length > 0) process.exitCode = EXIT.differs;
    return;
  }
  // Whoever was shown nothing cannot agree to it.
  if (!yes && !isShown)
    throw new Exit(EXIT.usage, 'With --output json nobody is asked: add --yes, or --dry-run.');
  if (!yes && !/^y(es)?$/i.test((await it.print.ask(`Change ${count}? [y/N] `)) ?? ''))
    throw new Exit(EXIT.differs, 'Nothing is changed. --yes applies it without asking.');
  // What was shown is what is done: if somebody has changed any of it meanwhile, nothing is.
  const done = dataOf(await it.client.POST(PATH, { headers: ifSeen(plan), body }));
  if (isShown) it.print.note(`${count} changed.\n`);
  else it.print.json(done);
}
