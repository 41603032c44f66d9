import replyFrom from '@fastify/reply-from';
import { fastify } from 'fastify';

/** `node reply-from.js <port> <primary>`: everything to one upstream, as its README has it. */
const [, , port, primary] = process.argv;
const server = fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
await server.register(replyFrom, { base: `http://127.0.0.1:${primary}`, undici: { connections: 256 } });
server.all('/*', (request, reply) => reply.from(request.url));
await server.listen({ port: Number(port), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
