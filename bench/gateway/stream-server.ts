import { createServer } from 'node:http';

/**
 * `node stream-server.js <port>`: a language model that says its first token at once and 19 more every 50 ms, as server-sent events. In a
 * process of its own, so that it is no slower for whoever measures.
 */
const TOKENS = 20;
const EVERY_MS = 50;

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let said = 0;
  const say = (): void => {
    response.write(`data: {"token":${said}}\n\n`);
    if (++said < TOKENS) return;
    clearInterval(timer);
    response.end('data: [DONE]\n\n');
  };
  const timer = setInterval(say, EVERY_MS);
  response.on('close', () => clearInterval(timer));
  say();
});
server.listen(Number(process.argv[2]), '127.0.0.1', 4_096);
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
