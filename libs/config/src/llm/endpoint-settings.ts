import { z } from 'zod';

/** What the settings of models of the operator's (the pairwise judge, the embeddings endpoint) are made of. */
export const number = z.coerce.number({ error: 'not a number' });
export const wholeNumber = number.int('not a whole number');
/** Of a million tokens. */
export const price = number.min(0, 'less than nothing').default(0);

/** The base URL of an API. Its key is a setting of its own: a URL is shown and logged. */
export const endpointUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'not a URL that starts with http:// or https://',
  )
  .refine((text) => {
    if (!URL.canParse(text)) return true;
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'holds a user or a password: give the key by the setting for it');

function jsonObject(text: string, context: z.RefinementCtx): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // the same mistake
  }
  context.addIssue({ code: 'custom', message: 'not a JSON object such as {"temperature":0}' });
  return z.NEVER;
}

/** Further fields of each request, as a JSON object. */
export const parameters = (fallback: string) => z.string().default(fallback).transform(jsonObject);

export type Mistake = readonly [name: string, detail: string];

/** What of an endpoint's settings is missing beside the others. @param prefix `JUDGE`, say */
export function endpointMistakes(
  prefix: string,
  { url, model, apiKey, apiKeyFile }: Record<'url' | 'model' | 'apiKey' | 'apiKeyFile', string | undefined>,
): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  if (url !== undefined && model === undefined)
    mistakes.push([`${prefix}_MODEL`, `needed with ${prefix}_URL`]);
  if (url === undefined && model !== undefined)
    mistakes.push([`${prefix}_URL`, `needed with ${prefix}_MODEL`]);
  if (apiKey !== undefined && apiKeyFile !== undefined)
    mistakes.push([`${prefix}_API_KEY_FILE`, `give it or ${prefix}_API_KEY, not both`]);
  return mistakes;
}
