/** First segments of the paths that are served here. */
const OURS = new Set([
  ...['', 'api', 'healthz', 'readyz', 'metrics', 'assets', 'icon.svg', 'docs'],
  ...['login', 'audit', 'policies', 'tokens', 'subscriptions', 'models', 'rollouts'],
]);

/** The first segment of a path, before a query. */
const firstOf = (path: string): string => /^\/([^/?#]*)/.exec(path)?.[1] ?? '';

/**
 * The path below which browsers find this server, of its public URL (`https://ml.example/understudy` has
 * `/understudy`). @returns no slash at its end; empty: the whole host is ours
 */
export function basePathOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** Whether a path cannot be the one of a public URL: requests below it could not be told from those for our own. */
export const isOwnPath = (base: string): boolean => base !== '' && OURS.has(firstOf(base));

/**
 * What is asked for, whether the proxy in front strips the public path or not.
 * @param url path and query, as in the request line
 */
export function withoutBasePath(url: string, base: string): string {
  if (base === '' || !url.startsWith(base)) return url;
  const rest = url.slice(base.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}
