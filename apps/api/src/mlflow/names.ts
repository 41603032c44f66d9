import { MODEL_NAME_PROBLEM, modelNameIsValid } from '../http/bodies/validation.ts';
import { invalid } from './mlflow-error.ts';
import type { MlflowParams } from './params.ts';

const KEY = /^[/\p{L}\p{M}\p{N}_.\- :]+$/u;
const LONGEST_KEY = 250;
const LONGEST_VALUE = 100_000;
const MOST_TAGS = 100;

/** A model's name, as it may be made here. */
export function newModelName(text: string): string {
  if (/[/:]/.test(text)) throw invalid(`Invalid model name '${text}'. Names cannot contain '/' or ':'.`);
  if (!modelNameIsValid(text)) throw invalid(`Invalid model name: '${text}'. ${MODEL_NAME_PROBLEM}`);
  return text;
}

/** @throws MlflowError as MLflow's server does for what is no number */
export function versionOf(params: MlflowParams, name = 'version'): number {
  const text = params.required(name);
  if (!/^-?\d{1,18}$/.test(text)) throw invalid(`Parameter '${name}' must be an integer, got '${text}'.`);
  return Number(text);
}

export function checkedTags(tags: Record<string, string>): Record<string, string> {
  if (Object.keys(tags).length > MOST_TAGS)
    throw invalid(`More than ${MOST_TAGS} tags in one request; set the rest one by one.`);
  for (const [key, value] of Object.entries(tags)) {
    if (!KEY.test(key))
      throw invalid(
        `Invalid value "${key.slice(0, 300)}" for parameter 'key' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).`,
      );
    if (key.length > LONGEST_KEY)
      throw invalid(`'key' exceeds the maximum length of ${LONGEST_KEY} characters`);
    if (value.length > LONGEST_VALUE)
      throw invalid(`'value' exceeds the maximum length of ${LONGEST_VALUE} characters`);
    if (value.includes('\0')) throw invalid(`Invalid value for tag '${key}': it holds a NUL character.`);
  }
  return tags;
}

/** @throws MlflowError in MLflow's own words for what it reserves; our `primary` is refused by the engine */
export function newAlias(alias: string): string {
  if (alias.toLowerCase() === 'latest') throw invalid("'latest' alias name (case insensitive) is reserved.");
  if (/^v\d+$/i.test(alias)) throw invalid(`Version alias name '${alias}' is reserved.`);
  return alias;
}
