/**
 * A small model server: serves one ONNX file by the Open Inference Protocol (V2, HTTP).
 *
 *     node dist/examples/model-server/main.js --artifact model.onnx --port 9001 --model digits
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { BadInput, loadModel } from './inference.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';

const MOST_BYTES = 8 * 1024 * 1024;

const { values } = parseArgs({
  options: {
    artifact: { type: 'string' },
    port: { type: 'string' },
    model: { type: 'string', default: 'model' },
  },
});
if (values.artifact === undefined || values.port === undefined) {
  process.stderr.write('usage: --artifact FILE.onnx --port PORT [--model NAME]\n');
  process.exit(2);
}
const name = values.model;
const file = await readFile(values.artifact);
/** A fault on purpose, written into an example's file: it answers so many requests, and fails from then on. */
const failAfter = Number(readOnnxMetadata(file)['understudy.example.fail_after'] ?? Infinity);
const model = await loadModel(file);
let served = 0;

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    answer(response, error instanceof BadInput ? 400 : 500, { error: (error as Error).message });
  });
});
server.keepAliveTimeout = 30_000;
server.listen(Number(values.port), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 2_000).unref();
});

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0];
  const base = `/v2/models/${name}`;
  if (
    request.method === 'GET' &&
    (path === '/v2/health/live' || path === '/v2/health/ready' || path === `${base}/ready`)
  )
    return answer(response, 200, {});
  if (request.method === 'GET' && path === base)
    return answer(response, 200, { name, platform: 'onnxruntime_onnx', inputs: model.inputNames });
  if (request.method === 'POST' && path === `${base}/infer`) {
    const body = await readJson(request);
    if (++served > failAfter) throw new Error('out of scratch memory');
    return answer(response, 200, { model_name: name, id: body.id, outputs: await model.infer(body.inputs) });
  }
  return answer(response, 404, { error: `nothing at ${request.method} ${path}` });
}

async function readJson(request: IncomingMessage): Promise<{ id?: string; inputs?: unknown }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new BadInput(`a request has at most ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as { id?: string; inputs?: unknown };
  } catch {
    throw new BadInput('the body is not JSON');
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
