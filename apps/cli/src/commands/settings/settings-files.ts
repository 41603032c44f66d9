import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { EXIT, Exit } from '../../exit.ts';
import { parsed } from '../../input.ts';

type Parts = Readonly<Record<string, unknown>>;

/**
 * The models of several files together; a folder is the YAML and JSON files right in it, by name.
 * @throws Exit with the code of wrong usage: a file that is no such document, or two that say the same part of a model
 */
export async function settingsOf(names: readonly string[]): Promise<Readonly<Record<string, Parts>>> {
  const models = new Map<string, Map<string, { readonly file: string; readonly value: unknown }>>();
  for (const file of await filesOf(names)) {
    for (const [model, parts] of Object.entries(modelsIn(await parsed(file), file))) {
      const known = models.get(model) ?? new Map<string, { file: string; value: unknown }>();
      models.set(model, known);
      for (const [part, value] of Object.entries(parts)) {
        const other = known.get(part)?.file;
        if (other !== undefined)
          throw wrong(`${file}: "${part}" of the model "${model}" is in ${other} already. Leave one out.`);
        known.set(part, { file, value });
      }
    }
  }
  return Object.fromEntries(
    [...models].map(([model, parts]) => [
      model,
      Object.fromEntries([...parts].map(([part, { value }]) => [part, value])),
    ]),
  );
}

async function filesOf(names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) {
    const isFolder = name !== '-' && (await stat(name).catch(() => null))?.isDirectory() === true;
    if (!isFolder) found.push(name);
    else {
      const inside = (await readdir(name)).filter((one) => /\.(ya?ml|json)$/.test(one)).sort();
      if (inside.length === 0) throw wrong(`${name} has no file that ends with .yaml, .yml or .json.`);
      found.push(...inside.map((one) => path.join(name, one)));
    }
  }
  return found;
}

function modelsIn(document: unknown, file: string): Readonly<Record<string, Parts>> {
  const { models, ...others } = isMap(document) ? document : {};
  const [other] = Object.keys(others);
  if (other !== undefined) throw wrong(`${file}: "${other}" is no part of it; ${SHAPE}`);
  if (!isMap(models)) throw wrong(`${file}: there is no map "models" in it; ${SHAPE}`);
  for (const [model, parts] of Object.entries(models))
    if (!isMap(parts)) throw wrong(`${file}: what is said of the model "${model}" is no map; ${SHAPE}`);
  return models as Readonly<Record<string, Parts>>;
}

const SHAPE = 'write models: {NAME: {policy: …, callers: …}}, as `understudy export NAME` does.';
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const wrong = (message: string): Exit => new Exit(EXIT.usage, message);
