/**
 * A language model with OpenAI's chat completions.
 *
 *     node dist/examples/llm/main.js --artifact examples/llm/models/storyteller-v1.json --port 9001
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createChatServer } from './chat-server.ts';
import { parseRecipe } from './recipe.ts';

const { values } = parseArgs({ options: { artifact: { type: 'string' }, port: { type: 'string' } } });
if (values.artifact === undefined || values.port === undefined) {
  process.stderr.write('usage: --artifact RECIPE.json --port PORT\n');
  process.exit(2);
}
const recipe = parseRecipe(await readFile(values.artifact, 'utf8'));
/** From dist/examples/llm to the sources' examples folder. */
const text = await readFile(new URL('../../../examples/llm/fables.txt', import.meta.url), 'utf8');
const server = createChatServer(recipe, text);
server.keepAliveTimeout = 30_000;
server.listen(Number(values.port), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 2_000).unref();
});
