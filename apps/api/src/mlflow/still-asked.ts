import type { ServerResponse } from 'node:http';
import type { SourceReader } from '../ports.ts';
import { MlflowError } from './mlflow-error.ts';

/**
 * MLflow's client repeats a call that takes it too long, and reading a large model may. Whoever has hung up gets no version:
 * there would be one more for each try.
 * @throws MlflowError when nobody waits for the answer any more
 */
export function assertStillAsked({ destroyed }: Pick<ServerResponse, 'destroyed'>): void {
  if (!destroyed) return;
  throw new MlflowError(
    'TEMPORARILY_UNAVAILABLE',
    'The connection was closed before the version was registered; nothing of it is kept.',
  );
}

/** Reads as long as somebody waits for the answer: each try would read a large model once more, all of them at once. */
export function whileAsked(reader: SourceReader, raw: ServerResponse): SourceReader {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return {
    fetched: reader.fetched,
    run: (id, uri) => reader.run(id, uri),
    resolve: (source) => reader.resolve(source, gone.signal),
  };
}
