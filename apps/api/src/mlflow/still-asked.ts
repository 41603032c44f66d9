import type { ServerResponse } from 'node:http';
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
