import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadModel, type OipTensor } from '../../examples/model-server/inference.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** What is done to a real model to make an animal of it. All of it is optional. */
export interface Spoil {
  /** To the request's inputs, before the model sees them. */
  inputs?(inputs: OipTensor[]): OipTensor[];
  /** To the model's outputs. `served` counts from 1. */
  outputs?(outputs: OipTensor[], about: About): OipTensor[];
  /** Does this request fail? */
  fails?(about: About): boolean;
  /** Milliseconds that it takes besides computing; left out: what every server takes. */
  readonly usualMs?: number;
  /** Milliseconds on top of that. */
  slower?(about: About): number;
}
export interface About {
  readonly headers: IncomingHttpHeaders;
  readonly served: number;
  readonly random: () => number;
  /** Milliseconds that the request has taken so far, on this machine as loaded as it is. */
  readonly elapsed: number;
}

/** What every server takes, good or bad: a model on a network does not answer within a millisecond. */
const USUAL_MS = 15;

/** Serves a real ONNX model of `examples/`, spoilt or not, by the Open Inference Protocol. */
export async function serveAnimal(
  file: string,
  spoil: Spoil,
  random: () => number,
): Promise<TestModelServer> {
  const model = await loadModel(await readFile(path.resolve('examples/models', `${file}.onnx`)));
  let served = 0;
  const server = await startModelServer((request, body, response) => {
    void answer(body, request.headers).then(({ status, text }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(text),
    );
  });
  return server;

  async function answer(
    body: string,
    headers: IncomingHttpHeaders,
  ): Promise<{ status: number; text: string }> {
    const startedAt = performance.now();
    const nth = ++served;
    const { inputs } = JSON.parse(body) as { inputs: OipTensor[] };
    const outputs = await model.infer(spoil.inputs?.(inputs) ?? inputs);
    await sleep((spoil.usualMs ?? USUAL_MS) + 2 * random());
    const about = { headers, served: nth, random, elapsed: performance.now() - startedAt };
    await sleep(spoil.slower?.(about) ?? 0);
    if (spoil.fails?.(about)) return { status: 500, text: '{"error":"out of memory"}' };
    const text = JSON.stringify(
      { outputs: spoil.outputs?.(outputs, about) ?? outputs },
      (_key, value: unknown) =>
        // As servers in Python write it; no JSON parser takes it.
        typeof value === 'number' && Number.isNaN(value) ? '@NaN@' : value,
    );
    return { status: 200, text: text.replaceAll('"@NaN@"', 'NaN') };
  }
}
