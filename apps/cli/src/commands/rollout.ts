import { type Command, Option } from 'commander';
import { actOnSeen, lookAtModel, lookAtRollout, rollBackSeen, servesOf, standingOf } from '#libs/client';
import { type Context, dataOf, type Output, printOne } from '../context.ts';
import { evidenceCommands } from './evidence/evidence.ts';
import { listRollouts } from './evidence/list-rollouts.ts';
import { idOf, numberOf } from '../requests/named.ts';
import { startBody, startOption } from '../options/start-option.ts';
import { type Arms, drawTrack, type Rollout } from '../track.ts';
import { finish, waitFor } from '../wait-for.ts';
import { WAIT_MINUTES } from '../ending.ts';
import { minutesIn, numberIn } from '../options/number-in.ts';

const ACTIONS = {
  pause: 'Stop advancing; the traffic stays as it is',
  resume: 'Go on; the clock of the step starts anew, and what paused it does not pause it again in this step',
  approve: 'Let it leave its approval step',
  reject: 'Refuse it: the candidate leaves the traffic',
  skip: 'End this step without waiting for its minima',
  promote: 'End all steps that are left',
  abort: 'Take the candidate off the traffic at once',
  retry: 'Start a new rollout of the same version',
} as const;

/** What `--override-freeze` means, where there is such a thing. */
const OVERRIDES = {
  skip: 'although a freeze window is open',
  promote: 'although a freeze window is open',
  retry: 'as a hot fix: freeze windows do not hold it',
} as const;

export function rolloutCommands(program: Command, context: () => Context): void {
  const rollout = program.command('rollout').description('Start, watch and steer rollouts');

  rollout
    .command('start <model> <version>')
    .description('Start the rollout of a version')
    .option('--reason <text>', 'why; it is kept', '')
    .option('--override-freeze', 'a hot fix: freeze windows do not hold it; needs --reason')
    .option(
      '--override-environment',
      'although it is not proven in the environment before; an admin, with --reason',
    )
    .addOption(startOption())
    .option('--wait', 'watch until it has ended, or waits for a person')
    .option(
      '--timeout <minutes>',
      `for how long to wait (${WAIT_MINUTES}; 0: as long as it takes)`,
      minutesIn,
    )
    .action(
      async (
        model: string,
        version: string,
        options: {
          reason: string;
          overrideFreeze?: true;
          overrideEnvironment?: true;
          startAt?: string;
          wait?: boolean;
          timeout?: number;
        },
        command: Command,
      ) => {
        const it = context();
        const started = dataOf(
          await it.client.POST('/api/v1/models/{model}/rollouts', {
            params: { path: { model } },
            body: {
              version: numberOf(version),
              reason: options.reason,
              overrideFreeze: options.overrideFreeze ?? false,
              ...(options.overrideEnvironment ? { overrideEnvironment: true } : {}),
              ...startBody(options.startAt),
            } as never,
          }),
        );
        if (!options.wait)
          return printOne(it, command.optsWithGlobals<Output>(), started, startedLine(started));
        await waitFor(it, command.optsWithGlobals<Output>(), started.id, options.timeout);
      },
    );

  rollout
    .command('list [model]')
    .description('List the rollouts of a model, or of all, newest first')
    .addOption(new Option('--live', 'those that have not ended').conflicts('ended'))
    .option('--ended', 'those that have ended; of all models the latest end first')
    .action((model: string | undefined, { live, ended }: { live?: true; ended?: true }, command: Command) =>
      listRollouts(
        context(),
        command.optsWithGlobals<Output>(),
        model ?? null,
        live ? 'live' : ended ? 'ended' : 'all',
      ),
    );

  rollout
    .command('get <rollout>')
    .description('Show a rollout: its id, or the name of a model for the newest')
    .action(async (given: string, _options: object, command: Command) => {
      const it = context();
      const id = await idOf(it, given);
      const path = { id };
      const found = dataOf(await it.client.GET('/api/v1/rollouts/{id}', { params: { path } }));
      const { items } = dataOf(await it.client.GET('/api/v1/rollouts/{id}/evidence', { params: { path } }));
      if (command.optsWithGlobals<Output>().output === 'json') it.print.json(found);
      else it.print.lines(drawTrack(found, items as unknown as Arms[], it.print.columns()));
    });

  rollout
    .command('watch <rollout>')
    .description('Follow a rollout until it has ended; exit code 3 when it was taken off')
    .option('--timeout <minutes>', 'for how long (until it has ended; 0: one look)', minutesIn)
    .action(async (given: string, options: { timeout?: number }, command: Command) => {
      const it = context();
      await finish(it, command.optsWithGlobals<Output>(), await idOf(it, given), options.timeout ?? null);
    });

  for (const [action, description] of Object.entries(ACTIONS)) {
    const needsWord = action === 'approve' || action === 'resume' ? '' : undefined;
    const reason = new Option('--reason <text>', 'why; it is kept with the event');
    const steered = rollout
      .command(`${action} <rollout>`)
      .description(description)
      .addOption(needsWord === undefined ? reason.makeOptionMandatory() : reason.default(action));
    if (action === 'skip' || action === 'approve')
      steered.option(
        '--step <index>',
        'the index of the step that you saw (from 0: step 1 has index 0); nothing is done when it has moved',
        numberIn({ least: 0, isWhole: true }),
      );
    if (action === 'retry') steered.addOption(startOption());
    if (action in OVERRIDES) steered.option('--override-freeze', OVERRIDES[action as keyof typeof OVERRIDES]);
    steered.action(
      async (
        given: string,
        { startAt, ...options }: { reason: string; overrideFreeze?: true; step?: number; startAt?: string },
        command: Command,
      ) => {
        const it = context();
        const seen = await lookAtRollout(it.client, await idOf(it, given));
        it.print.note(`${seen.model} ${seen.version} is ${standingOf(seen)}\n`);
        const body = { ...options, ...startBody(startAt), unlessRepeated: options.step === undefined };
        const after = await actOnSeen(it.client, seen, action as keyof typeof ACTIONS, body);
        printOne(
          it,
          command.optsWithGlobals<Output>(),
          after,
          `${after.model} ${after.version}: ${after.state} (${after.id})${after.outcome ? `; ${after.outcome}` : ''}`,
        );
      },
    );
  }

  evidenceCommands(rollout, context);

  program
    .command('rollback <model>')
    .description('Go back at once: a candidate leaves, or the last proven primary that answers serves again')
    .requiredOption('--reason <text>', 'why; it is kept with the event')
    .option('--to <version>', 'this version')
    .option(
      '--from <version>',
      'the version that you saw serving, or on trial; nothing is done when it has left',
    )
    .option('--force', 'also where nobody answers')
    .action(async (model: string, options: BackOptions, command: Command) => {
      const it = context();
      const to = options.to === undefined ? null : numberOf(options.to);
      const from = options.from === undefined ? {} : { from: numberOf(options.from) };
      const seen = await lookAtModel(it.client, model);
      it.print.note(`${model}: ${servesOf(seen)}\n`);
      const { reason, force = false } = options;
      const unlessRepeated = options.from === undefined;
      const body = { reason, version: to, force, ...from, unlessRepeated };
      const moved = await rollBackSeen(it.client, seen, body);
      printOne(
        it,
        command.optsWithGlobals<Output>(),
        moved,
        `${model}: version ${moved.primary ?? '–'} serves (${moved.outcome})`,
      );
    });
}

interface BackOptions {
  readonly reason: string;
  readonly to?: string;
  readonly from?: string;
  readonly force?: boolean;
}

/** What was started, or waits for its date. */
const startedLine = (started: Rollout): string =>
  `started ${started.id}${started.queued && started.waitingFor ? `: ${started.waitingFor}` : ''}`;
