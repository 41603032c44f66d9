import { DomainError, formatInstant } from '#libs/kernel';
import type { ModelRecord } from '../ports/records.ts';

/** While a model is retired nothing of it is released by the way: somebody has to say so. @throws DomainError `model_retired` */
export function assertNotRetired(model: ModelRecord): void {
  if (model.retirement === null) return;
  throw new DomainError(
    'conflict',
    'model_retired',
    `"${model.name}" is retired: ${model.retirement.reason} (${model.retirement.actor}, ${formatInstant(model.retirement.at)}). An admin has it serve again with POST /api/v1/models/{model}/unretire; versions can be registered without a release (POST /api/v1/models/{model}/versions with "rollout": false).`,
  );
}
