import type { Command } from 'commander';
import { type Context, dataOf } from '../../context.ts';

/** Manifests: what CI registers versions by. */
export function manifestCommands(program: Command, context: () => Context): void {
  program
    .command('manifest')
    .description('What understudy.yaml may say')
    .command('schema')
    .description('The JSON schema of a manifest, for editors and CI')
    .action(async () => {
      const it = context();
      it.print.json(dataOf(await it.client.GET('/api/v1/manifests/schema')));
    });
}
