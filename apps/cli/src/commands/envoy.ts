import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readListen } from '#libs/config';
import { envoyBootstrap } from '#libs/envoy-config';
import type { Context } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';
import { numberIn } from '../options/number-in.ts';

interface Options {
  readonly node: string;
  readonly xds: string;
  readonly listen?: string;
  readonly tokenFile?: string;
  readonly adminPort: number;
}

/** Envoy as a data plane. Nothing of it asks a server. */
export function envoyCommands(program: Command, context: () => Context): void {
  program
    .command('envoy')
    .description('Envoy as a data plane of Understudy')
    .command('bootstrap')
    .description("Prints an Envoy's bootstrap: all else it gets over xDS")
    .option('--node <name>', 'what this Envoy is called; each has a name of its own', 'envoy-1')
    .option('--xds <address>', 'where the xDS server answers', '127.0.0.1:7404')
    .option('--listen <address>', 'where it takes callers; left out: as ENVOY_LISTEN of the xDS server says')
    .option('--token-file <file>', 'a token with the scope "gateway"; left out: a place to fill in')
    .option(
      '--admin-port <port>',
      "of Envoy's own administration, on this machine only",
      numberIn({ least: 0, most: 65_535, isWhole: true }),
      9901,
    )
    .action(async ({ node, xds, listen, tokenFile, adminPort }: Options) => {
      const at = addressIn('--xds', xds);
      if (listen !== undefined) addressIn('--listen', listen);
      const token = tokenFile === undefined ? 'TOKEN_WITH_SCOPE_GATEWAY' : await tokenIn(tokenFile);
      context().print.write(envoyBootstrap({ node, ...at, token, listen: listen ?? null, adminPort }));
    });
}

function addressIn(option: string, text: string): { readonly host: string; readonly port: number } {
  const address = readListen(text);
  if (address === null)
    throw new Exit(EXIT.usage, `${option} is "${text}": use an address with a port, such as 10.0.0.5:7404.`);
  return address;
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new Exit(
      EXIT.usage,
      `${file} cannot be read: name a file that holds a token with the scope "gateway".`,
    );
  }
}
