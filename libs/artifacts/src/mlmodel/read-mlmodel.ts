import { decodeText, DomainError, unstorableIn } from '#libs/kernel';
import { readYaml } from '#libs/yaml';

/** An `MLmodel` file is a few KB; the signature of a model with many columns is one long text in it. */
const MOST_MLMODEL_BYTES = 1024 * 1024;

type Facts = Readonly<Record<string, unknown>>;

/** What an `MLmodel` file says that is used here; what it says in another form than MLflow does is left out. */
export interface MlModel {
  /** By its name, what each framework says of the model; never `__proto__`. */
  readonly flavors: ReadonlyMap<string, Facts>;
  /** Lists of columns or tensors, parsed; `null`: none is said. */
  readonly signature: { readonly inputs: unknown; readonly outputs: unknown } | null;
  /** Beside it, files of an example; `null`: there is none. */
  readonly example: { readonly path: string | null; readonly servingPath: string | null } | null;
  /** What could not be read of it, in words. */
  readonly unread: readonly string[];
}

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textAt = (facts: Facts, key: string): string | null => {
  const value = facts[key];
  return typeof value === 'string' && value !== '' ? value : null;
};

/**
 * Reads an `MLmodel` file. Tags such as `!!python/object` make nothing: their values are taken as the text or list that they are.
 * @throws DomainError when it is no YAML object of MLflow's, or too large to be one
 */
export function readMlModel(bytes: Uint8Array): MlModel {
  assertMlModelSize(bytes.length);
  const read = parsed(bytes);
  if (!isFacts(read) || !isFacts(read['flavors']))
    throw noMlModel('it does not list flavors, as MLflow writes them');
  const flavors = Object.entries(read['flavors']).flatMap(([name, facts]) =>
    name === '__proto__' ? [] : [[name, isFacts(facts) ? facts : {}] as const],
  );
  const unread: string[] = [];
  return {
    flavors: new Map(flavors),
    signature: signatureOf(read['signature'], unread),
    example: exampleOf(read['saved_input_example_info']),
    unread,
  };
}

/** Before it is read. @throws DomainError */
export function assertMlModelSize(bytes: number): void {
  if (bytes > MOST_MLMODEL_BYTES) throw noMlModel(`it has more than ${MOST_MLMODEL_BYTES} bytes`);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return readYaml(decodeText(bytes, 'MLmodel'), MOST_MLMODEL_BYTES, true);
  } catch (error) {
    throw noMlModel(
      error instanceof DomainError ? error.detail.replace(/\.$/, '') : (error as Error).message,
    );
  }
}

/** MLflow writes inputs and outputs as JSON within the YAML. */
function signatureOf(said: unknown, unread: string[]): MlModel['signature'] {
  if (said === undefined || said === null) return null;
  if (!isFacts(said)) {
    unread.push('its signature is no object');
    return null;
  }
  const listed = (key: 'inputs' | 'outputs'): unknown => {
    const value = said[key] ?? null;
    if (value === null) return null;
    try {
      const list: unknown = typeof value === 'string' ? JSON.parse(value) : value;
      if (!Array.isArray(list)) throw new Error('it is no list');
      const mistake = unstorableIn(list);
      if (mistake) throw new Error(`${mistake.pointer || 'it'} ${mistake.detail}`);
      return list;
    } catch (error) {
      unread.push(`the ${key} of its signature: ${(error as Error).message}`.slice(0, 300));
      return null;
    }
  };
  const [inputs, outputs] = [listed('inputs'), listed('outputs')];
  return inputs === null && outputs === null ? null : { inputs, outputs };
}

function exampleOf(said: unknown): MlModel['example'] {
  if (!isFacts(said)) return null;
  const [path, servingPath] = [textAt(said, 'artifact_path'), textAt(said, 'serving_input_path')];
  return path === null && servingPath === null ? null : { path, servingPath };
}

const noMlModel = (because: string): DomainError =>
  new DomainError('malformed', 'mlmodel_unreadable', `The file MLmodel cannot be read: ${because}.`);
