/* The Model Context Protocol's own client, in a process of its own: calls come in as lines of JSON, answers go out so. */
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const client = new Client({ name: 'test', version: '1.0.0' });
const env = { PATH: process.env.PATH, HOME: '/nonexistent' };
for (const name of ['UNDERSTUDY_URL', 'UNDERSTUDY_TOKEN']) env[name] = process.env[name];
await client.connect(
  new StdioClientTransport({ command: process.execPath, args: process.argv.slice(2), env }),
);
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer = asked === 'list' ? await client.listTools() : await client.callTool(asked);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await client.close();
