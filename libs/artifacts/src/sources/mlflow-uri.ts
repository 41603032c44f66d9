/** A place of an MLflow tracking server. */
export type MlflowPlace =
  | { readonly kind: 'logged-model'; readonly modelId: string }
  /** `path`: below the run's artifacts, `/` between names; empty: all of them. */
  | { readonly kind: 'run'; readonly runId: string; readonly path: string }
  | { readonly kind: 'proxied'; readonly path: string }
  /** A version of the server's own registry, by what may move. */
  | {
      readonly kind: 'version';
      readonly name: string;
      readonly by: 'version' | 'alias' | 'stage' | 'latest';
      readonly value: string;
    };

const ID = /^[\w-]{1,250}$/;

/**
 * Reads `models:/m-…`, `models:/name/3`, `models:/name@alias`, `runs:/<id>/path` and `mlflow-artifacts:/path` as MLflow's
 * client does. Pure.
 * @param host of the tracking server, which `mlflow-artifacts://host/…` may name
 * @returns `null` for any other text, and for a place of another server
 */
export function mlflowPlace(uri: string, host: string): MlflowPlace | null {
  const [, scheme = '', rest = ''] = /^(models|runs|mlflow-artifacts):(.*)$/is.exec(uri) ?? [];
  const [, authority = '', path = ''] = /^(?:\/\/([^/?#]*))?\/+([^?#]*)$/.exec(rest) ?? [];
  if (
    path === '' ||
    (authority !== '' && (scheme.toLowerCase() !== 'mlflow-artifacts' || authority !== host))
  )
    return null;
  const names = path.replace(/\/+$/, '').split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..')) return null;
  const [first = '', ...more] = names;
  switch (scheme.toLowerCase()) {
    case 'runs':
      return ID.test(first) ? { kind: 'run', runId: first, path: more.join('/') } : null;
    case 'mlflow-artifacts':
      return { kind: 'proxied', path: names.join('/') };
    default:
      return more.length > 1 ? null : modelPlace(first, more[0]);
  }
}

function modelPlace(first: string, suffix: string | undefined): MlflowPlace | null {
  if (suffix === undefined) {
    const at = first.lastIndexOf('@');
    if (at > 0 && at < first.length - 1)
      return { kind: 'version', name: first.slice(0, at), by: 'alias', value: first.slice(at + 1) };
    return ID.test(first) ? { kind: 'logged-model', modelId: first } : null;
  }
  if (/^\d+$/.test(suffix)) return { kind: 'version', name: first, by: 'version', value: suffix };
  const by = suffix.toLowerCase() === 'latest' ? 'latest' : 'stage';
  return { kind: 'version', name: first, by, value: suffix };
}
