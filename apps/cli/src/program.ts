import { Argument, Command, Option } from 'commander';
import { backupCommands } from './commands/backup.ts';
import { auditCommands } from './commands/audit.ts';
import { adminCommands } from './commands/admin.ts';
import { digestCommand } from './commands/digest.ts';
import { segmentCommands } from './commands/segments.ts';
import { envoyCommands } from './commands/envoy.ts';
import { environmentCommands } from './commands/environment.ts';
import { groupCommands } from './commands/group.ts';
import { retireCommands } from './commands/retire.ts';
import { registryCommands } from './commands/registry.ts';
import { rolloutCommands } from './commands/rollout.ts';
import { completionScript } from './completion.ts';
import { type Context, contextOf, type Io } from './context.ts';

/** The whole command line. */
export function programOf(io: Io): Command {
  let made: Context | null = null;
  const context = (): Context => (made ??= contextOf(io));
  const program = new Command('understudy')
    .description('Register models, and watch them earn their way to primary.')
    .addOption(
      new Option('--output <format>', 'for people, or for programs')
        .choices(['table', 'json'])
        .default('table'),
    )
    .showHelpAfterError('(--help shows how)')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: io.print.write, writeErr: io.print.note });
  registryCommands(program, context);
  digestCommand(program, context);
  environmentCommands(program, context);
  envoyCommands(program, context);
  segmentCommands(program, context);
  rolloutCommands(program, context);
  groupCommands(program, context);
  retireCommands(program, context);
  adminCommands(program, context);
  auditCommands(program, context);
  backupCommands(program);
  program
    .command('completion')
    .description('A completion script: understudy completion bash >> ~/.bashrc')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action((shell: 'bash' | 'zsh') => io.print.write(completionScript(shell)));
  return program;
}
