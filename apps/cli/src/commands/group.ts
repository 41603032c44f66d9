import type { Command } from 'commander';
import { actOnGroupSeen, lookAtGroup, type SeenGroup as Group } from '#libs/client';
import { childEnvironment } from '#libs/config';
import { type Context, dataOf, type Output, printList, printOne } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { readText } from '../input.ts';
import { keyHeader, type KeyOption, keyOption } from '../options/key-option.ts';
import { startBody, startOption } from '../options/start-option.ts';
import { fillManifest } from '../requests/fill-manifest.ts';
import { numberOf } from '../requests/named.ts';

const ACTIONS = {
  approve: 'Approve all members, once each stands at its approval step',
  reject: 'Refuse all of them',
  promote: 'Make all of them primary now',
  finish: 'End the bakes of all of them well',
  abort: 'Take all of them back at once',
} as const;

/** Release groups: versions of several models that become primary together, or not at all. */
export function groupCommands(program: Command, context: () => Context): void {
  const group = program.command('group').description('Release versions of several models together');

  group
    .command('start <members...>')
    .description('Release them together, each as model=version: understudy group start embedder=4 ranker=7')
    .option('--reason <text>', 'why; it is kept', '')
    .option('--override-freeze', 'a hot fix: freeze windows do not hold it; needs --reason')
    .option(
      '--override-environment',
      'although an artifact is not proven in the environment before; needs --reason, and an admin',
    )
    .addOption(startOption())
    .action(async (members: string[], options: StartOptions, command: Command) => {
      const it = context();
      const started = dataOf(
        await it.client.POST('/api/v1/release-groups', {
          body: {
            members: members.map(memberOf),
            reason: options.reason,
            overrideFreeze: options.overrideFreeze ?? false,
            overrideEnvironment: options.overrideEnvironment ?? false,
            ...startBody(options.startAt),
          } as never,
        }),
      );
      printOne(it, command.optsWithGlobals<Output>(), started, linesOf(started));
    });

  group
    .command('register <manifest>')
    .description(
      'Register a version of each model of a group manifest, and release them together; - is standard input',
    )
    .addOption(keyOption())
    .action(async (file: string, options: KeyOption, command: Command) => {
      const it = context();
      const made = dataOf(
        await it.client.POST('/api/v1/release-groups/manifest', {
          body: fillManifest(await readText(file), file, childEnvironment({})) as never,
          bodySerializer: (body) => body as never,
          headers: { 'content-type': 'application/yaml', ...keyHeader(options) },
        }),
      );
      printOne(it, command.optsWithGlobals<Output>(), made, linesOf(made));
    });

  group
    .command('list')
    .description('Release groups that have not ended, newest first')
    .option('--all', 'the others too')
    .action(async ({ all }: { all?: true }, command: Command) => {
      const it = context();
      const query = { live: all ? 'false' : 'true', pageSize: 200 } as never;
      const { items } = dataOf(await it.client.GET('/api/v1/release-groups', { params: { query } }));
      printList(it, command.optsWithGlobals<Output>(), items, COLUMNS, 'No release group is under way.');
    });

  group
    .command('get <group>')
    .description('Show a release group and where each of its members is')
    .action(async (id: string, _options: object, command: Command) => {
      const it = context();
      printOne(it, command.optsWithGlobals<Output>(), ...shown(await find(it, id)));
    });

  for (const [action, description] of Object.entries(ACTIONS)) {
    const one = group
      .command(`${action} <group>`)
      .description(description)
      .requiredOption('--reason <text>', 'why; it is kept with the events');
    if (action === 'promote' || action === 'finish')
      one.option('--override-freeze', 'although a freeze window is open');
    one.action(async (id: string, options: { reason: string; overrideFreeze?: true }, command: Command) => {
      const it = context();
      // What the group is now is what the word is about: where it has moved meanwhile, nothing is done.
      const seen = await find(it, id);
      // A look right before the word would make the second of two people approve the next step, too.
      const body = { ...options, unlessRepeated: true };
      const after = await actOnGroupSeen(it.client, seen, action as keyof typeof ACTIONS, body);
      printOne(it, command.optsWithGlobals<Output>(), ...shown(after));
    });
  }
  retryCommand(group, context);
}

/** The versions of a group that has gone back once more, as a new group. */
function retryCommand(group: Command, context: () => Context): void {
  group
    .command('retry <group>')
    .description(
      'Release the versions of a group that has gone back once more, by the policies that they had',
    )
    .requiredOption('--reason <text>', 'why; it is kept with the events')
    .option('--override-freeze', 'as a hot fix: freeze windows do not hold it')
    .addOption(startOption())
    .action(async (id: string, options: RetryOptions, command: Command) => {
      const it = context();
      const { startAt, ...word } = options;
      const body = { ...word, ...startBody(startAt) };
      const again = await actOnGroupSeen(it.client, await find(it, id), 'retry', body);
      printOne(it, command.optsWithGlobals<Output>(), ...shown(again));
    });
}

interface RetryOptions {
  readonly reason: string;
  readonly overrideFreeze?: true;
  readonly startAt?: string;
}

interface StartOptions {
  readonly reason: string;
  readonly overrideFreeze?: true;
  readonly overrideEnvironment?: true;
  readonly startAt?: string;
}

const find = (it: Context, id: string): Promise<Group> => lookAtGroup(it.client, id);

/** @throws Exit for what is not `model=version`; a model's name may hold an equals sign itself */
function memberOf(text: string): { model: string; version: number } {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new Exit(EXIT.usage, `"${text}" is no member: say model=version, such as ranker=7.`);
  return { model: text.slice(0, at), version: numberOf(text.slice(at + 1)) };
}

/** A group, after a word to it with why nothing was done. */
type Shown = Group & { readonly outcome?: string | null };

const shown = (group: Shown): [Group, readonly string[]] => [group, linesOf(group)];

function linesOf({ id, state, members, legalActions = [], outcome }: Shown): readonly string[] {
  const lines = members.map(
    (member) =>
      `  ${member.model} ${member.version}: ${member.state}${member.waitingFor ? `; ${member.waitingFor}` : ''} (${member.id})`,
  );
  const can = legalActions.length === 0 ? [] : [`  you can: ${legalActions.join(', ')}`];
  const done = outcome ? `; ${outcome}` : '';
  return [`release group ${id}: ${state.replace('_', ' ')}${done}`, ...lines, ...can];
}

const COLUMNS = {
  group: ({ id }: Group) => id,
  state: ({ state }: Group) => state.replace('_', ' '),
  members: ({ members }: Group) => members.map(({ model, version }) => `${model}=${version}`).join(' '),
  reason: ({ reason }: Group) => reason,
};
