import { MODEL_NAME_PROBLEM, modelNameIsValid } from '../http/validation.ts';
import { invalid } from './mlflow-error.ts';
import type { MlflowParams } from './params.ts';

const LONGEST_KEY = 250;
const LONGEST_VALUE = 5_000;
const MOST_TAGS = 100;

/** A model's name, as it may be made here. */
export function newModelName(text: string): string {
  if (!modelNameIsValid(text)) throw invalid(`Invalid model name: '${text}'. ${MODEL_NAME_PROBLEM}`);
  return text;
}

/** @throws MlflowError as MLflow's server does for what is no number */
export function versionOf(params: MlflowParams, name = 'version'): number {
  const text = params.required(name);
  if (!/^\d{1,9}$/.test(text)) throw invalid(`Parameter '${name}' must be an integer, got '${text}'.`);
  return Number(text);
}

export function checkedTags(tags: Record<string, string>): Record<string, string> {
  if (Object.keys(tags).length > MOST_TAGS)
    throw invalid(`More than ${MOST_TAGS} tags in one request; set the rest one by one.`);
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > LONGEST_KEY || key.includes('\0'))
      throw invalid(
        `Invalid value "${key.slice(0, 100)}" for parameter 'key' supplied: a key is 1 to ${LONGEST_KEY} characters.`,
      );
    if (value.length > LONGEST_VALUE || value.includes('\0'))
      throw invalid(
        `Invalid value for tag '${key}': it exceeds the maximum length of ${LONGEST_VALUE} characters, or holds a NUL character.`,
      );
  }
  return tags;
}
