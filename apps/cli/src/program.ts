import { Argument, Command, Option } from 'commander';
import { backupCommands } from './commands/backup.ts';
import { auditCommands } from './commands/audit.ts';
import { adminCommands } from './commands/admin.ts';
import { digestCommand } from './commands/digest.ts';
import { envoyCommands } from './commands/envoy.ts';
import { apiCommand } from './commands/api.ts';
import { artifactCommands } from './commands/artifact.ts';
import { streamCommand } from './commands/stream.ts';
import { aliasCommands } from './commands/model/alias.ts';
import { documentCommands } from './commands/model/documents.ts';
import { modelCommands } from './commands/model/model.ts';
import { policyCommands } from './commands/model/policy.ts';
import { promoteCommand } from './commands/model/promote.ts';
import { feedbackCommands } from './commands/outside/feedback.ts';
import { manifestCommands } from './commands/outside/manifest.ts';
import { sourceCommands } from './commands/outside/source.ts';
import { subscriptionCommands } from './commands/outside/subscription.ts';
import { settingsCommands } from './commands/settings/settings.ts';
import { versionFactCommands } from './commands/version/facts.ts';
import { versionCommands } from './commands/version/version.ts';
import { mcpCommand } from './commands/mcp.ts';
import { environmentCommands } from './commands/environment.ts';
import { fleetCommand } from './commands/fleet/fleet.ts';
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
  modelCommands(program, context);
  aliasCommands(program, context);
  documentCommands(program, context);
  policyCommands(program, context);
  settingsCommands(program, context);
  promoteCommand(program, context);
  versionFactCommands(versionCommands(program, context), context);
  artifactCommands(program, context);
  manifestCommands(program, context);
  digestCommand(program, context);
  environmentCommands(program, context);
  envoyCommands(program, context);
  rolloutCommands(program, context);
  groupCommands(program, context);
  retireCommands(program, context);
  fleetCommand(program, context);
  adminCommands(program, context);
  auditCommands(program, context);
  feedbackCommands(program, context);
  subscriptionCommands(program, context);
  sourceCommands(program, context);
  streamCommand(program, context);
  apiCommand(program, context);
  mcpCommand(program, context);
  backupCommands(program);
  program
    .command('completion')
    .description('A completion script: understudy completion bash >> ~/.bashrc')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action((shell: 'bash' | 'zsh') => io.print.write(completionScript(shell)));
  return program;
}
