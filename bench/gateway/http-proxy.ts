import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';

/** `node http-proxy.js <port> <primary>`: the most used Node proxy, with connections kept alive. */
const [, , port, primary] = process.argv;
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${primary}`, agent });
proxy.on('error', (_error, _request, response) => response.destroy());
createServer((request, response) => proxy.web(request, response)).listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
