import type { Command } from 'commander';
import type { Context } from '../context.ts';

/** A server for language models' clients (Model Context Protocol), on standard input and output. */
export function mcpCommand(program: Command, context: () => Context): void {
  program
    .command('mcp')
    .description('A server for assistants (Model Context Protocol), on standard input and output')
    .option('--allow-actions', 'also tools that change what serves; each asks for a confirmation first')
    .action(async ({ allowActions }: { allowActions?: true }) => {
      const { client, print, signal } = context();
      const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
      const { mcpServer } = await import('../mcp/server.ts');
      const onerror = (error: Error): void => print.note(`${error.message}\n`);
      const served = serveStdio(() => mcpServer(client, '0.1.0', allowActions ?? false), { onerror });
      await new Promise<void>((resolve) => {
        process.stdin.once('close', resolve).once('end', resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await served.close();
    });
}
