import type { MlflowFacts, ModelRecord } from '../ports/records.ts';

/** Where a version that an MLflow client registers will answer; empty: the model does not say. */
export function servingUrlsOf(model: ModelRecord, version: number, mlflow: MlflowFacts): readonly string[] {
  const values: Record<string, string> = {
    model: model.name,
    version: String(version),
    runId: mlflow.runId ?? '',
  };
  const template = model.releaseSettings?.servingUrlTemplate ?? null;
  if (template === null) return [];
  return [template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))];
}
