import { Agent, fetch } from 'undici';
import { stringify } from 'yaml';
import type { Manifest } from './helm.ts';

/** An API server of Kubernetes, as who `token` is. */
export interface Cluster {
  readonly url: string;
  readonly token: string;
  /** PEM; `null`: whatever it shows is believed, as at a server of a test. */
  readonly ca: string | null;
}

export interface DryRun {
  readonly object: string;
  readonly status: number;
  /** What it says when it refuses. */
  readonly message: string | null;
  readonly warnings: readonly string[];
}

/**
 * Has the API server check and default each object as `kubectl apply --server-side --dry-run=server --validate=strict` does.
 * Nothing is stored. An object whose kind it does not know gets status 404.
 */
export async function serverDryRun(
  cluster: Cluster,
  objects: readonly Manifest[],
): Promise<readonly DryRun[]> {
  const tls = cluster.ca === null ? { rejectUnauthorized: false } : { ca: cluster.ca };
  const dispatcher = new Agent({ connect: tls });
  const ask = (to: string, init: { method?: string; body?: string; type?: string } = {}) =>
    fetch(`${cluster.url}${to}`, {
      dispatcher,
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bearer ${cluster.token}`,
        ...(init.type ? { 'content-type': init.type } : {}),
      },
      ...(init.body === undefined ? {} : { body: init.body }),
    });
  const known = new Map<string, readonly Manifest[]>();
  const kindsOf = async (version: string): Promise<readonly Manifest[]> => {
    const found = known.get(version);
    if (found) return found;
    const answer = await ask(`/${version.includes('/') ? 'apis' : 'api'}/${version}`);
    const { resources = [] } = (answer.ok ? await answer.json() : {}) as { resources?: readonly Manifest[] };
    known.set(version, resources);
    return resources;
  };
  const tried: DryRun[] = [];
  try {
    for (const object of objects) {
      const { apiVersion, kind, metadata } = object;
      const name = `${kind}/${metadata.name}`;
      const kinds = await kindsOf(apiVersion);
      const resource = kinds.find((one) => one.kind === kind && !one.name.includes('/'));
      if (resource === undefined) {
        tried.push({
          object: name,
          status: 404,
          message: `there is no ${kind} of ${apiVersion}`,
          warnings: [],
        });
        continue;
      }
      const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
      const within = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
      const answer = await ask(
        `${root}${within}/${resource.name}/${metadata.name}?fieldManager=helm&fieldValidation=Strict&dryRun=All`,
        { method: 'PATCH', type: 'application/apply-patch+yaml', body: stringify(object) },
      );
      const body = (await answer.json()) as { message?: string };
      tried.push({
        object: name,
        status: answer.status,
        message: answer.ok ? null : (body.message ?? null),
        // RFC 9111's old form: 299 - "text"
        warnings: [...(answer.headers.get('warning') ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(
          ([, text = '']) => text,
        ),
      });
    }
    return tried;
  } finally {
    await dispatcher.close();
  }
}
